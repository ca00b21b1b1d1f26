package import JSON

/// What ties a recipient to a dispatch, and with it to a route.
package enum Bond: Sendable, Equatable {
  /// Any route may carry it, in a dispatch that is newer than the one that a definite answer ended.
  ///
  /// - route: the last that had to do with it.
  case free(after: Int?, route: String?)
  /// Only that dispatch may carry it; where it has carried its part, the next part goes by the same route.
  ///
  /// - mayHaveArrived: some attempt ended without the final reply. Sticks: only the same dispatch may ever carry that
  ///   part again, so that a second copy has the same Message-ID.
  case bound(to: Int, route: String, mayHaveArrived: Bool)

  package static let none = Bond.free(after: nil, route: nil)

  /// After a definite answer; who may have the message already stays where it is.
  func released() -> Bond {
    switch self {
    case .bound(let dispatch, let route, false): .free(after: dispatch, route: route)
    case .bound(_, _, true), .free: self
    }
  }

  /// After an attempt without the final reply.
  func doubted() -> Bond { with(doubt: true) }

  /// After the acceptance of a part that others follow: they are other messages.
  func cleared() -> Bond { with(doubt: false) }

  private func with(doubt: Bool) -> Bond {
    switch self {
    case .bound(let dispatch, let route, _): .bound(to: dispatch, route: route, mayHaveArrived: doubt)
    case .free: self
    }
  }

  /// After a route was to carry it, and did not try.
  func awaiting(_ route: String?) -> Bond {
    switch self {
    case .bound: self
    case .free(let dispatch, let last): .free(after: dispatch, route: route ?? last)
    }
  }
}

extension Bond: JSONStorable {
  package var json: JSONValue {
    switch self {
    case .free(let dispatch, let route): .fields(["after": dispatch, "route": route])
    case .bound(let dispatch, let route, let mayHaveArrived):
      .fields(["dispatch": dispatch, "mayHaveArrived": mayHaveArrived, "route": route])
    }
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    if let dispatch = try json.optional("dispatch", as: Int.self) {
      self = .bound(
        to: dispatch, route: try json.field("route"), mayHaveArrived: try json.field("mayHaveArrived"))
    } else {
      self = .free(after: try json.optional("after"), route: try json.optional("route"))
    }
  }
}
