import CatalogueCompiler
import Glibc

// catalogue-compiler OUTPUT FILE...: compiles the files of the catalogue into one Swift file.

func complain(_ text: String) -> Never {
  let bytes = Array((text + "\n").utf8)
  _ = unsafe write(2, bytes, bytes.count)
  exit(1)
}

func contents(of path: String) -> [UInt8] {
  guard let file = unsafe fopen(path, "r") else { complain("\(path): error: cannot be read") }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = unsafe fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
  return bytes
}

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else { complain("usage: catalogue-compiler OUTPUT FILE...") }
let sources = arguments.dropFirst().map { CatalogueSource(name: $0, bytes: contents(of: $0)) }
let text: String
do throws(CatalogueFault) {
  text = GeneratedSwift.text(of: try CatalogueForm(sources))
} catch {
  complain(error.description)
}
guard let file = unsafe fopen(output, "w") else { complain("\(output): error: cannot be written") }
let written = unsafe fputs(text, file)
if unsafe fclose(file) != 0 || written < 0 { complain("\(output): error: cannot be written") }
