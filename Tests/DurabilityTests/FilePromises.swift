import Jobs

/// What the world may rely on at a moment of a scan to a file.
struct FilePromises: Promises {
  let allPages: Int

  /// Pages that the person was told of.
  private(set) var pages = 0
  /// The person was told that the file is there. The job has gone by then: it was never to be sent.
  private(set) var isReported = false

  private var said = Lines()

  init(allPages: Int) { self.allPages = allPages }

  func isChanged(by event: Event) -> Bool {
    if case .say = event.kind { true } else { false }
  }

  mutating func note(_ event: Event) {
    if case .say(let bytes) = event.kind { said.adding(bytes).compactMap { News($0) }.forEach { note($0) } }
  }

  private mutating func note(_ news: News) {
    pages = max(pages, news.page ?? 0)
    // Events name the job as well; the last object tells of it.
    if news.event == nil, news.job != nil { isReported = true }
  }

  func broken(by remains: Remains) -> [String] {
    var broken = remains.faults
    broken += remains.strays.map { "no job knows of \($0)" }
    for job in remains.jobs {
      broken += remains.brokenDocument(of: job, pages: pages)
      if isReported { broken.append("the job that was written is still there, \(job.phase)") }
    }
    if isReported {
      if remains.output == nil { broken.append("the file that was reported is not there") }
      if !remains.journal.contains(.exported) { broken.append("the journal does not know that it was written") }
    } else if remains.jobs.isEmpty && remains.output == nil && pages > 0 {
      broken.append("the job is gone, and \(pages) pages with it")
    }
    if let output = remains.output, output.goodPages != allPages || output.complaint != nil {
      broken.append("the file has \(output.goodPages) good pages: \(output.complaint ?? "")")
    }
    return broken
  }
}
