extension TextForm {
  /// What people write in its place, and where that belongs; nil where it is nothing known.
  func advice(on text: String) -> String? {
    if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
      return "remove the space before or after it"
    }
    return switch self {
    case .hostname, .host: TextForm.adviceOnHost(text)
    case .address where text.contains("<"): "set the display name separately, in identity.name"
    case .address where !text.contains("@"): "add the domain, the part after the @"
    default: nil
    }
  }

  private static func adviceOnHost(_ text: String) -> String? {
    if text.contains("://") || text.contains("/") { return "write only the host name, without scheme and path" }
    if text.contains("@") { return "this is an e-mail address; the host name is the part after the @" }
    if text.hasPrefix("["), text.hasSuffix("]") { return "write the address without brackets" }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 && Int(parts[1]) != nil ? "set the port separately" : nil
  }
}
