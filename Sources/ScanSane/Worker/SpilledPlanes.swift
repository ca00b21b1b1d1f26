import Base
import Diagnosis
import Glibc
import Paper
import Raster

/// The first two passes of a page on the storage, in files without names.
final class SpilledPlanes: PlaneStore {
  private let files: Files

  private struct Files: ~Copyable {
    let first: Descriptor
    let second: Descriptor
  }

  init(_ storage: DescriptorStorage) throws(ScanFault) {
    do throws(SystemError) {
      files = Files(first: try storage.makeSpill(), second: try storage.makeSpill())
    } catch {
      throw storageFault(error)
    }
  }

  func append(_ bytes: UnsafeRawBufferPointer, toPlane plane: Int) throws(ScanFault) {
    do throws(SystemError) {
      if plane == 0 { try unsafe files.first.write(bytes) } else { try unsafe files.second.write(bytes) }
    } catch {
      throw storageFault(error)
    }
  }

  func read(plane: Int, at offset: Int, into bytes: UnsafeMutableRawBufferPointer) throws(ScanFault) -> Int {
    let number = plane == 0 ? files.first.number : files.second.number
    do throws(SystemError) {
      return try system("read") { unsafe pread(number, bytes.baseAddress, bytes.count, offset) }
    } catch {
      throw storageFault(error)
    }
  }
}

func storageFault(_ error: SystemError) -> ScanFault {
  error.isStorageFull ? .storageFull : .storage(detail: "\(error)")
}

func storageFault(_ error: DocumentError) -> ScanFault {
  error.isStorageFull ? .storageFull : .storage(detail: "\(error)")
}
