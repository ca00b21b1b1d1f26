import COpenSSL

/// The records that a TLS connection sends, as an OpenSSL stream to write to.
///
/// OpenSSL's own memory stream clears its memory, copies what comes and copies it again when it is taken; this one is
/// taken as it is.
@safe final class OutgoingRecords {
  private var bytes: [UInt8] = []

  /// Three records with their heads and tags: what a block of a message makes.
  private static let usualBytes = 3 * (16_384 + 64)

  /// The bytes since they were last taken.
  func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// A stream that ends here, nil where there is no memory for one. It must not live longer than this.
  func stream() -> OpaquePointer? {
    guard let method = unsafe Method.ofRecords.handle, let stream = unsafe BIO_new(method) else { return nil }
    unsafe BIO_set_data(stream, Unmanaged.passUnretained(self).toOpaque())
    unsafe BIO_set_init(stream, 1)
    return unsafe stream
  }

  private func append(_ records: UnsafeRawBufferPointer) {
    if bytes.isEmpty { bytes.reserveCapacity(Self.usualBytes) }
    unsafe bytes.append(contentsOf: records)
  }

  /// How OpenSSL writes to such a stream: it takes everything, and has nothing to flush.
  @safe private struct Method: @unchecked Sendable {
    // @unchecked Sendable because nothing changes it once it is made.
    let handle: OpaquePointer?

    static let ofRecords = Method()

    private init() {
      unsafe handle = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "outgoing records")
      guard let handle = unsafe handle else { return }
      unsafe BIO_meth_set_write_ex(handle) { stream, start, count, written in
        guard let me = unsafe BIO_get_data(stream) else { return 0 }
        let records = unsafe Unmanaged<OutgoingRecords>.fromOpaque(me).takeUnretainedValue()
        unsafe records.append(UnsafeRawBufferPointer(start: start, count: count))
        unsafe written?.pointee = count
        return 1
      }
      unsafe BIO_meth_set_ctrl(handle) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
    }
  }
}
