import FuzzDoors

@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  do throws(BrokenPromise) { try Door.lineart.enter(bytes) } catch { fatalError(error.description) }
  return 0
}
