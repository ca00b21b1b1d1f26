/// Which SASL mechanism a route asks for.
package enum Authentication: String, Sendable, Codable, CaseIterable {
  /// The best of what the server lists and we serve; none where no user name is set.
  case auto
  case none
  case login
  case plain
}
