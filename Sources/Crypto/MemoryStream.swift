import COpenSSL

/// Gives `body` an OpenSSL stream that reads `bytes`.
func withMemoryInput<Result>(_ bytes: [UInt8], _ body: (OpaquePointer) -> Result) -> Result {
  unsafe bytes.withUnsafeBytes { buffer in
    guard let stream = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else {
      preconditionFailure("out of memory for a stream")
    }
    defer { unsafe BIO_free(stream) }
    return unsafe body(stream)
  }
}

/// What `body` writes to an OpenSSL stream; it answers 1 when it could.
func withMemoryOutput(_ body: (OpaquePointer) -> Int32) -> [UInt8] {
  guard let stream = unsafe BIO_new(BIO_s_mem()) else { preconditionFailure("out of memory for a stream") }
  defer { unsafe BIO_free(stream) }
  let written = unsafe body(stream)
  precondition(written == 1, "OpenSSL cannot write this: \(drainedErrors().text)")
  var start: UnsafeMutablePointer<CChar>?
  let count = unsafe copenssl_memory(stream, &start)
  return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
}
