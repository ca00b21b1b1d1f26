import Base
import Glibc

/// A picture's pixels in a file without a name, mapped: the storage holds them, and memory only what is in use.
@safe final class Spill {
  let bytes: UnsafeMutableRawBufferPointer

  init(_ make: () throws(SystemError) -> Descriptor, bytes count: Int) throws(ImageError) {
    do throws(SystemError) {
      let file = try make()
      // All of it now: a full storage is an error here, and a fatal signal when a mapped page is touched.
      let number = file.number
      let code = posix_fallocate(number, 0, off_t(count))
      if code != 0 { throw SystemError("make room for an interlaced picture", code: code) }
      let start = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, number, 0)
      guard let start = unsafe start, unsafe start != MAP_FAILED else { throw SystemError("map") }
      unsafe bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
    } catch {
      throw .document(.storage(error))
    }
  }

  deinit { unsafe munmap(bytes.baseAddress, bytes.count) }
}
