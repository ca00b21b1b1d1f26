import CTIFF

/// What libtiff says about one file.
@safe final class TIFFMessages {
  let pointer = UnsafeMutablePointer<ctiff_messages>.allocate(capacity: 1)

  init() { unsafe pointer.initialize(to: ctiff_messages()) }

  deinit { unsafe pointer.deallocate() }

  var error: String {
    let text = unsafe withUnsafeBytes(of: &pointer.pointee.error) { unsafe TIFFMessages.text($0) }
    return text.isEmpty ? "libtiff gives no reason" : text
  }

  var warning: String {
    unsafe withUnsafeBytes(of: &pointer.pointee.warning) { unsafe TIFFMessages.text($0) }
  }

  func clear() { unsafe pointer.pointee = ctiff_messages() }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
