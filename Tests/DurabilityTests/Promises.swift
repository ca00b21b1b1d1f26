import FoundationEssentials
import Jobs

/// What the world may rely on at a moment of a run: what it was told, and what it saw go out.
protocol Promises: Sendable {
  mutating func note(_ event: Event)
  /// Whether an event may have changed what is promised.
  func isChanged(by event: Event) -> Bool
  /// What of it does not hold.
  func broken(by remains: Remains) -> [String]
}

extension Remains {
  /// What is wrong with a job's document, of which so many pages were promised.
  func brokenDocument(of job: Job, pages: Int) -> [String] {
    var broken: [String] = []
    if job.pages < pages { broken.append("of \(pages) pages that were kept \(job.pages) are there") }
    guard let document = documents[job.id] else { return job.pages > 0 ? broken + ["there is no document"] : broken }
    if document.goodPages != job.pages {
      broken.append("of \(job.pages) pages \(document.goodPages) are as they were scanned")
    }
    if let complaint = document.complaint { broken.append(complaint) }
    return broken
  }
}

// MARK: What programs say

/// What the program tells a person, a JSON line each.
struct News: Decodable {
  struct Job: Decodable {}

  let event: String?
  let page: Int?
  let address: String?
  let state: String?
  /// A report of the whole job, at the end.
  let job: Job?

  /// nil for what is no such line.
  init?(_ line: String) {
    guard let news = try? JSONDecoder().decode(News.self, from: Data(line.utf8)) else { return nil }
    self = news
  }
}

/// Lines out of bytes that come in pieces.
struct Lines: Sendable {
  private var rest: [UInt8] = []

  /// The lines that are whole now.
  mutating func adding(_ bytes: [UInt8]) -> [String] {
    rest += bytes
    var lines: [String] = []
    while let end = rest.firstIndex(of: 10) {
      lines.append(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeSubrange(...end)
    }
    return lines
  }
}
