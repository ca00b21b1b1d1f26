import FoundationEssentials

func readFile(_ path: String) throws(Fault) -> String {
  do {
    return try String(contentsOfFile: path, encoding: .utf8)
  } catch {
    throw Fault("cannot read \(path) as text")
  }
}

func writeFile(_ text: String, to path: String) throws(Fault) {
  do {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  } catch {
    throw Fault("cannot write \(path)")
  }
}

func makeFolder(_ path: String) throws(Fault) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw Fault("cannot create the folder \(path)")
  }
}
