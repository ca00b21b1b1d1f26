/// The file of a server in Python that tests talk to, by its name in `Programs/`.
package func program(_ name: String) -> String {
  #filePath.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 } + "/Programs/\(name).py"
}
