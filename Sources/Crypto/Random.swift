import COpenSSL

/// Random bytes, fit for keys and nonces.
package func randomBytes(_ count: Int) -> [UInt8] {
  unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    let succeeded = unsafe RAND_bytes(buffer.baseAddress, Int32(count))
    // Anything weaker in their place would be worse than stopping.
    precondition(succeeded == 1, "the system gives no random bytes: \(drainedErrors().text)")
    filled = count
  }
}
