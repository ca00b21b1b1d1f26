extension MessageStream {
  /// Puts a DKIM-Signature of each of `signings` before the header; reads every attachment once for that.
  ///
  /// Before the first `next`. A binary message stays without: see `MessageEncoding.binary`. The signatures are the same each time, for the message's date is theirs.
  ///
  /// - Throws: as `next`.
  package mutating func sign(
    with signings: [DKIMSigning], date: Int64,
    reading: (_ attachment: Int, _ offset: Int, _ count: Int) throws(DeliveryFault) -> [UInt8]
  ) throws(DeliveryFault) {
    if signings.isEmpty || encoding == .binary { return }
    var whole = self
    var hash = DKIMBodyHash()
    var block: [UInt8] = []
    guard try whole.next(into: &block, reading: reading) else { return }
    let header = Array(block[..<Self.headerEnd(in: block)])
    hash.update(block.dropFirst(header.count + 2))
    block.removeAll(keepingCapacity: true)
    while try whole.next(into: &block, reading: reading) {
      hash.update(block[...])
      block.removeAll(keepingCapacity: true)
    }
    let bodyHash = hash.finish()
    prepend(signings.flatMap { $0.field(header: header, bodyHash: bodyHash, date: date) })
  }

  /// Where the empty line begins; a header is always in the first block.
  private static func headerEnd(in block: [UInt8]) -> Int {
    let mark = Array("\r\n\r\n".utf8)
    for start in block.indices where block[start...].starts(with: mark) { return start + 2 }
    return block.count
  }
}
