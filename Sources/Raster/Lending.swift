/// The bytes of `array` for the time of `body`, with `body`'s own type of error; Array's method loses it.
func lending<Failure: Error>(
  _ array: [UInt8], to body: (UnsafeRawBufferPointer) throws(Failure) -> Void
) throws(Failure) {
  var failure: Failure?
  unsafe array.withUnsafeBytes { bytes in
    do throws(Failure) { try unsafe body(bytes) } catch { failure = error }
  }
  if let failure { throw failure }
}
