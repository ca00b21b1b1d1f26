import COpenSSL

/// A digest that HMAC and PBKDF2 run on.
package enum HashFunction: Sendable {
  /// For CRAM-MD5 only.
  case md5
  case sha256
}

/// HMAC (RFC 2104).
package func hmac(_ function: HashFunction, key: [UInt8], _ message: [UInt8]) -> [UInt8] {
  var code = [UInt8](repeating: 0, count: function.length)
  var count: UInt32 = 0
  // A null key would be taken for "the one of before".
  let key = key.isEmpty ? [0] : key
  let made = unsafe HMAC(function.handle, key, Int32(key.count), message, message.count, &code, &count)
  precondition(unsafe made != nil && count == code.count, "HMAC failed: \(drainedErrors().text)")
  return code
}

/// PBKDF2 with HMAC (RFC 8018 section 5.2); as many bytes as the digest has.
package func pbkdf2(_ function: HashFunction, password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
  var key = [UInt8](repeating: 0, count: function.length)
  let derived = unsafe password.withUnsafeBytes { password in
    unsafe PKCS5_PBKDF2_HMAC(
      password.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(password.count), salt, Int32(salt.count),
      Int32(iterations), function.handle, Int32(key.count), &key)
  }
  precondition(derived == 1, "PBKDF2 failed: \(drainedErrors().text)")
  return key
}

extension HashFunction {
  fileprivate var length: Int {
    switch self {
    case .md5: 16
    case .sha256: 32
    }
  }

  fileprivate var handle: OpaquePointer? {
    switch self {
    case .md5: unsafe EVP_md5()
    case .sha256: unsafe EVP_sha256()
    }
  }
}
