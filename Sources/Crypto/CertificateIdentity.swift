package import Base
import COpenSSL
import Glibc

/// A certificate by which a signer is known.
package enum CertificateIdentity {
  /// SHA-256 of the DER of the first certificate in the text (RFC 7515 section 4.1.8).
  package static func thumbprint(pem: [UInt8]) throws(SigningFault) -> [UInt8] {
    let certificate = try unsafe first(in: pem)
    defer { unsafe X509_free(certificate) }
    return unsafe digest256(of: certificate)
  }

  /// When the first certificate in the text ends.
  package static func end(pem: [UInt8]) throws(SigningFault) -> WallTime {
    let certificate = try unsafe first(in: pem)
    defer { unsafe X509_free(certificate) }
    var parts = unsafe tm()
    guard unsafe ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) == 1 else { throw .noCertificate }
    return WallTime(seconds: Int64(unsafe timegm(&parts)))
  }

  /// To be freed by the caller.
  private static func first(in pem: [UInt8]) throws(SigningFault) -> OpaquePointer {
    guard let certificate = unsafe withMemoryInput(pem, { unsafe PEM_read_bio_X509($0, nil, nil, nil) }) else {
      _ = drainedErrors()
      throw .noCertificate
    }
    return unsafe certificate
  }
}

/// SHA-256 of a certificate's DER.
func digest256(of certificate: OpaquePointer) -> [UInt8] {
  var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
  var count: UInt32 = 0
  let made = unsafe X509_digest(certificate, EVP_sha256(), &digest, &count)
  precondition(made == 1, "OpenSSL has no SHA-256: \(drainedErrors().text)")
  return Array(digest.prefix(Int(count)))
}
