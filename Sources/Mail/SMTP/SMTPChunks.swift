/// Cuts a message of known size into BDAT chunks (RFC 3030 section 2): its bytes in, commands and bytes out.
///
/// Nothing is collected: a chunk's length is known before its first byte. Two bounds hold something back. A chunk begins
/// only while few are unanswered, and the message's last bytes wait for ``finish()``, so that until then the server
/// cannot have the whole of it.
struct SMTPChunks: Sendable {
  private let size: Int
  private let chunkSize: Int
  /// How many chunks may be unanswered, the one on its way counted.
  private let window: Int
  /// Where the message's last bytes begin, all of them of the last chunk.
  private let tailStart: Int
  /// Bytes of the message that came in.
  private var taken = 0
  /// Bytes of the message that went out.
  private var handedOut = 0
  /// Where in the message the newest chunk ends.
  private var chunkEnd = 0
  private var unanswered = 0
  /// What came in and may not go out before a reply comes.
  private var waiting: [UInt8] = []
  private var tail: [UInt8] = []

  /// - Parameter pipelining: a chunk may be on its way while the one before it is unanswered (RFC 2920).
  init(size: Int, chunkSize: Int, pipelining: Bool) {
    self.size = size
    self.chunkSize = chunkSize
    window = pipelining ? 2 : 1
    let last = size % chunkSize == 0 ? min(size, chunkSize) : size % chunkSize
    tailStart = size - min(last, SMTPLimit.heldBack)
  }

  /// A reply has to come before anything more can go out.
  var isHeldUp: Bool { !waiting.isEmpty }

  /// Replies that are due: of chunks that are all out.
  var repliesDue: Int { unanswered - (isWithinChunk ? 1 : 0) }

  /// The server takes what comes next for the chunk's, whatever it is.
  var isWithinChunk: Bool { handedOut < chunkEnd }

  /// All of the message came in, and no more than that.
  var isWhole: Bool { taken == size }

  /// Appends what of `block` may go out now to `output`, and keeps the rest.
  mutating func encode(_ block: [UInt8], into output: inout [UInt8]) {
    taken += block.count
    if isHeldUp { waiting += block } else { waiting = Array(handOut(block[...], into: &output)) }
  }

  /// The oldest chunk was taken; what may go out because of that.
  mutating func takeReply() -> [UInt8] {
    unanswered -= 1
    var output: [UInt8] = []
    waiting = Array(handOut(waiting[...], into: &output))
    return output
  }

  /// The bytes that make the message whole, to be written in one piece.
  mutating func finish() -> [UInt8] {
    var output: [UInt8] = []
    if !isWithinChunk { beginChunk(&output) }
    handedOut = size
    return output + tail
  }

  /// - Returns: what may not go out yet.
  private mutating func handOut(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) -> ArraySlice<UInt8> {
    var rest = bytes
    while !rest.isEmpty && handedOut < tailStart {
      if !isWithinChunk {
        if unanswered >= window { return rest }
        beginChunk(&output)
      }
      let count = min(rest.count, min(chunkEnd, tailStart) - handedOut)
      output += rest.prefix(count)
      rest = rest.dropFirst(count)
      handedOut += count
    }
    tail += rest.prefix(size - tailStart - tail.count)
    return []
  }

  private mutating func beginChunk(_ output: inout [UInt8]) {
    let start = chunkEnd
    chunkEnd = min(start + chunkSize, size)
    unanswered += 1
    output += Array("BDAT \(chunkEnd - start)\(chunkEnd == size ? " LAST" : "")\r\n".utf8)
  }
}
