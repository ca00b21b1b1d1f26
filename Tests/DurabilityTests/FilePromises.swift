import Jobs

/// What the world may rely on at a moment of a scan to a file.
struct FilePromises: Promises {
  let allPages: Int

  /// Pages that the person was told of.
  private(set) var pages = 0
  /// The document was sealed, for the program went on to writing the file.
  private(set) var isSealed = false
  /// The person was told that the file is there. The job goes then: it was never to be sent.
  private(set) var isReported = false

  private var said = Lines()

  init(allPages: Int) { self.allPages = allPages }

  func isChanged(by event: Event) -> Bool {
    switch event.kind {
    case .say: true
    case .create(let path, _): Self.isOutput(path)
    default: false
    }
  }

  private static func isOutput(_ path: String) -> Bool { path.hasSuffix(".pdf.part") }

  mutating func note(_ event: Event) {
    switch event.kind {
    case .create(let path, _): if Self.isOutput(path) { isSealed = true }
    case .say(let bytes): for news in said.adding(bytes).compactMap({ News($0) }) { note(news) }
    default: break
    }
  }

  private mutating func note(_ news: News) {
    pages = max(pages, news.page ?? 0)
    if news.job != nil { isReported = true }
  }

  func broken(by remains: Remains) -> [String] {
    var broken = remains.faults
    broken += remains.strays.map { "no job knows of \($0)" }
    for job in remains.jobs {
      broken += remains.brokenDocument(of: job, pages: isSealed ? allPages : pages)
      if isSealed && job.phase != .sealed { broken.append("the sealed job is \(job.phase)") }
    }
    if isReported {
      if remains.output == nil { broken.append("the file that was reported is not there") }
      if !remains.journal.contains(.exported) { broken.append("the journal does not know that it was written") }
    } else if remains.jobs.isEmpty && pages > 0 {
      broken.append("the job is gone, and \(pages) pages with it")
    }
    if let output = remains.output, output.goodPages != allPages || output.complaint != nil {
      broken.append("the file has \(output.goodPages) good pages: \(output.complaint ?? "")")
    }
    return broken
  }
}
