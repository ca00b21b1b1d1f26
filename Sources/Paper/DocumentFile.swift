/// The names of a document's files in its job's folder.
package enum DocumentFile {
  /// The pages so far, which sealing turns into the document.
  package static let pages = "document.part"
  /// One line for each whole page of it.
  package static let index = "document.index"
  package static let sealed = "document.pdf"
}
