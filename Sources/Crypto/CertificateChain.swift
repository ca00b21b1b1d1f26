import Base
import COpenSSL
import Glibc

/// The certificates that a verification went through, the peer's own first. Valid as long as the
/// connection it is borrowed from.
@safe struct CertificateChain {
  private let certificates: [OpaquePointer]

  init(_ stack: OpaquePointer?) {
    unsafe certificates = (0..<copenssl_certificate_count(stack)).compactMap { unsafe copenssl_certificate(stack, $0) }
  }

  init(leaf: OpaquePointer?) { unsafe certificates = [leaf].compactMap(\.self) }

  /// What the verdict of the verification at `date` says about this chain.
  func fault(verdict: Int32, expected: String, at date: WallTime) -> TLSFault {
    switch verdict {
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      return .wrongName(expected: expected, names: leafNames)
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return expired(by: date)
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return notYetValid(at: date)
    case X509_V_ERR_DANE_NO_MATCH:
      return .dane(.mismatch)
    case X509_V_ERR_CERT_REVOKED:
      return .revoked(subject: unsafe certificates.first.map { unsafe subjectText($0) } ?? "")
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return .unknownAuthority(issuer: lastIssuer, selfSigned: true)
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
      X509_V_ERR_CERT_UNTRUSTED:
      return missingIntermediate ?? .unknownAuthority(issuer: lastIssuer, selfSigned: false)
    default:
      return .certificate(unsafe String(cString: X509_verify_cert_error_string(Int(verdict))))
    }
  }

  /// The peer's own certificate stands alone, and says where its issuer's is published: an authority that has that
  /// done is mostly no root. One that is, and that nobody here knows, looks the same.
  private var missingIntermediate: TLSFault? {
    guard unsafe certificates.count == 1, let location = unsafe issuerLocation(certificates[0]) else { return nil }
    return .missingIntermediate(issuer: lastIssuer, location: location)
  }

  /// The peer's own key.
  var leafKey: KeyPin? { unsafe certificates.first.map { unsafe KeyPin(publicKey: publicKey(of: $0)) } }

  /// The names that the peer's own certificate is for; nil where `name` is one of them.
  func names(otherThan name: String) -> [String]? {
    guard let leaf = unsafe certificates.first else { return [] }
    let flags = UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)
    let isFor = unsafe X509_check_ip_asc(leaf, name, 0) == 1 || X509_check_host(leaf, name, 0, flags, nil) == 1
    _ = drainedErrors()
    return isFor ? nil : leafNames
  }

  /// The names the peer's own certificate is for; its common name where it has no others.
  private var leafNames: [String] {
    guard let leaf = unsafe certificates.first else { return [] }
    let names = unsafe alternativeNames(leaf)
    return names.isEmpty ? unsafe [commonName(leaf)].compactMap(\.self) : names
  }

  /// The end of the chain as far as it could be built: what is missing, or not trusted, is this.
  private var lastIssuer: String {
    guard let last = unsafe certificates.last else { return "" }
    return unsafe text(X509_get_issuer_name(last))
  }

  private func expired(by date: WallTime) -> TLSFault {
    var date = time_t(date.seconds)
    let late = unsafe certificates.first { unsafe X509_cmp_time(X509_get0_notAfter($0), &date) < 0 }
    guard let late = unsafe late ?? certificates.first else { return .certificate("certificate has expired") }
    return .expired(subject: unsafe subjectText(late), notAfter: unsafe timestamp(X509_get0_notAfter(late)))
  }

  private func notYetValid(at date: WallTime) -> TLSFault {
    var date = time_t(date.seconds)
    let early = unsafe certificates.first { unsafe X509_cmp_time(X509_get0_notBefore($0), &date) > 0 }
    guard let early = unsafe early ?? certificates.first else { return .certificate("certificate is not yet valid") }
    return .notYetValid(subject: unsafe subjectText(early), notBefore: unsafe timestamp(X509_get0_notBefore(early)))
  }
}

// MARK: What a certificate says, made fit for one line: it is the peer's text

func subjectText(_ certificate: OpaquePointer) -> String { unsafe text(X509_get_subject_name(certificate)) }

/// A distinguished name as RFC 4514 writes it.
private func text(_ name: OpaquePointer?) -> String {
  guard let name = unsafe name, let memory = unsafe BIO_new(BIO_s_mem()) else { return "" }
  defer { unsafe BIO_free(memory) }
  unsafe copenssl_print_name(memory, name)
  var start: UnsafeMutablePointer<CChar>?
  let count = unsafe copenssl_memory(memory, &start)
  return unsafe string(UnsafeRawBufferPointer(start: start, count: count))
}

private func commonName(_ certificate: OpaquePointer) -> String? {
  var buffer = [UInt8](repeating: 0, count: 256)
  let count = unsafe buffer.withUnsafeMutableBytes { bytes in
    unsafe X509_NAME_get_text_by_NID(
      X509_get_subject_name(certificate), NID_commonName, bytes.bindMemory(to: CChar.self).baseAddress,
      Int32(bytes.count))
  }
  return count < 0 ? nil : String(decoding: buffer.prefix(Int(count)), as: UTF8.self).onOneLine()
}

/// The DNS names and IP addresses among the subject's alternative names.
private func alternativeNames(_ certificate: OpaquePointer) -> [String] {
  guard let names = unsafe copenssl_alternative_names(certificate) else { return [] }
  defer { unsafe GENERAL_NAMES_free(names) }
  return unsafe (0..<copenssl_name_count(names)).compactMap { index in
    guard let name = unsafe copenssl_name(names, index) else { return nil }
    var kind: Int32 = 0
    guard let value = unsafe GENERAL_NAME_get0_value(name, &kind) else { return nil }
    let bytes = unsafe contents(of: OpaquePointer(value))
    switch kind {
    case GEN_DNS: return unsafe string(bytes)
    case GEN_IPADD: return unsafe address(bytes)
    default: return nil
    }
  }
}

private func contents(of value: OpaquePointer) -> UnsafeRawBufferPointer {
  let value = unsafe UnsafePointer<ASN1_STRING>(value)
  return unsafe UnsafeRawBufferPointer(start: ASN1_STRING_get0_data(value), count: Int(ASN1_STRING_length(value)))
}

private func string(_ bytes: UnsafeRawBufferPointer) -> String {
  unsafe String(decoding: bytes, as: UTF8.self).onOneLine()
}

private func address(_ bytes: UnsafeRawBufferPointer) -> String? {
  guard bytes.count == 4 || bytes.count == 16 else { return nil }
  var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
  let family = bytes.count == 4 ? AF_INET : AF_INET6
  guard unsafe inet_ntop(family, bytes.baseAddress, &text, socklen_t(text.count)) != nil else { return nil }
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Where the issuer's certificate is published (RFC 5280 section 4.2.2.1).
private func issuerLocation(_ certificate: OpaquePointer) -> String? {
  guard let entries = unsafe copenssl_information_access(certificate) else { return nil }
  defer { unsafe AUTHORITY_INFO_ACCESS_free(entries) }
  return unsafe (0..<copenssl_access_count(entries)).lazy.compactMap { index in
    guard let entry = unsafe copenssl_access(entries, index),
      unsafe OBJ_obj2nid(entry.pointee.method) == NID_ad_ca_issuers
    else { return nil }
    var kind: Int32 = 0
    guard let value = unsafe GENERAL_NAME_get0_value(entry.pointee.location, &kind), kind == GEN_URI else { return nil }
    return unsafe string(contents(of: OpaquePointer(value)))
  }.first
}

/// SubjectPublicKeyInfo, the certificate's bytes.
func publicKey(of certificate: OpaquePointer) -> [UInt8] {
  let key = unsafe X509_get_X509_PUBKEY(certificate)
  let count = unsafe i2d_X509_PUBKEY(key, nil)
  return unsafe [UInt8](unsafeUninitializedCapacity: Int(max(0, count))) { buffer, filled in
    var next = buffer.baseAddress
    filled = unsafe Int(max(0, i2d_X509_PUBKEY(key, &next)))
  }
}

/// RFC 3339, in UTC as certificates have it.
func timestamp(_ time: UnsafePointer<ASN1_TIME>?) -> String {
  var parts = unsafe tm()
  guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return "" }
  func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let day = unsafe "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  return unsafe "\(day)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
}
