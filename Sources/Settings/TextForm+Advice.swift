extension TextForm {
  /// What people write in its place, and where that belongs; nil where it is nothing known.
  func advice(on text: String) -> String? {
    if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
      return "a blank stands before or after it"
    }
    return switch self {
    case .hostname, .host: TextForm.adviceOnHost(text)
    case .address where text.contains("<"): "the name beside it is a setting of its own, identity.name"
    case .address where !text.contains("@"): "its domain is missing, the part after the @"
    default: nil
    }
  }

  private static func adviceOnHost(_ text: String) -> String? {
    if text.contains("://") || text.contains("/") { return "write the name alone, without scheme and path" }
    if text.contains("@") { return "this is a mail address; the name is the part after the @" }
    if text.hasPrefix("["), text.hasSuffix("]") { return "write the address without brackets" }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 && Int(parts[1]) != nil ? "the port is a setting of its own, beside it" : nil
  }
}
