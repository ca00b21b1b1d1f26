/// The version of Platen, as `platen version`, documents and messages carry it.
package enum Version {
  package static let number = "0.1.0"
  /// As the Producer of documents and the User-Agent of messages.
  package static let product = "Platen \(number)"
}
