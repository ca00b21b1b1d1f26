extension Content {
  /// - Parameter head: the first bytes of the message, with its header.
  init(head: [UInt8], size: Int, hasBareLineFeed: Bool) {
    let fields = headerFields(head)
    func value(_ name: String) -> String? { fields.first { isSame($0.name, name) }?.value }
    self.size = size
    headerFrom = fields.filter { isSame($0.name, "From") }.flatMap { mailboxes(in: $0.value) }
    hasSender = value("Sender") != nil
    messageID = value("Message-ID") ?? ""
    self.hasBareLineFeed = hasBareLineFeed
  }
}

private func headerFields(_ head: [UInt8]) -> [(name: String, value: String)] {
  var fields: [(name: String, value: String)] = []
  for line in head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
    let text = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    if text.isEmpty { break }
    if text.hasPrefix(" ") || text.hasPrefix("\t") {
      if !fields.isEmpty { fields[fields.count - 1].value += text }
    } else if let colon = text.firstIndex(of: ":") {
      let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      fields.append((String(text[..<colon]), String(value)))
    }
  }
  return fields
}

/// The addresses of an address list: commas within quotes and comments do not count.
private func mailboxes(in list: String) -> [String] {
  var items = [""]
  var isQuoted = false
  var depth = 0
  var isEscaped = false
  for letter in list {
    if isEscaped {
      isEscaped = false
    } else if letter == "\\" {
      isEscaped = true
      continue
    } else if letter == "\"" {
      isQuoted.toggle()
    } else if !isQuoted && letter == "(" {
      depth += 1
    } else if !isQuoted && letter == ")" && depth > 0 {
      depth -= 1
      continue
    } else if !isQuoted && depth == 0 && letter == "," {
      items.append("")
      continue
    }
    if depth == 0 { items[items.count - 1].append(letter) }
  }
  return items.compactMap(address(in:))
}

private func address(in item: String) -> String? {
  if let open = item.lastIndex(of: "<"), let close = item[open...].firstIndex(of: ">") {
    return String(item[item.index(after: open)..<close])
  }
  let bare = item.filter { $0 != " " && $0 != "\t" }
  return bare.contains("@") ? bare : nil
}
