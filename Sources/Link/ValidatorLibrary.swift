import CUnbound
import Glibc

/// libunbound, loaded when an answer has first to be validated: most routes never need it.
@safe struct ValidatorLibrary: @unchecked Sendable {
  // @unchecked Sendable because functions of a loaded library do not change.
  typealias Context = OpaquePointer?
  typealias Callback = @convention(c) (UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<unbound_result>?) -> Void

  let create: @convention(c) () -> Context
  let delete: @convention(c) (Context) -> Void
  let setOption: @convention(c) (Context, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
  let forward: @convention(c) (Context, UnsafePointer<CChar>) -> Int32
  let readResolvers: @convention(c) (Context, UnsafePointer<CChar>?) -> Int32
  let addAnchors: @convention(c) (Context, UnsafePointer<CChar>) -> Int32
  let workInThread: @convention(c) (Context, Int32) -> Int32
  let ask:
    @convention(c) (
      Context, UnsafePointer<CChar>, Int32, Int32, UnsafeMutableRawPointer?, Callback, UnsafeMutablePointer<Int32>?
    ) -> Int32
  let process: @convention(c) (Context) -> Int32
  let descriptor: @convention(c) (Context) -> Int32
  let free: @convention(c) (UnsafeMutablePointer<unbound_result>?) -> Void
  private let words: @convention(c) (Int32) -> UnsafePointer<CChar>?

  /// nil where the library is not installed.
  static let installed = ValidatorLibrary(named: "libunbound.so.8")

  private init?(named name: String) {
    guard let library = unsafe dlopen(name, RTLD_NOW), let create = unsafe dlsym(library, "ub_ctx_create"),
      let delete = unsafe dlsym(library, "ub_ctx_delete"), let setOption = unsafe dlsym(library, "ub_ctx_set_option"),
      let forward = unsafe dlsym(library, "ub_ctx_set_fwd"),
      let readResolvers = unsafe dlsym(library, "ub_ctx_resolvconf"),
      let addAnchors = unsafe dlsym(library, "ub_ctx_add_ta_file"),
      let workInThread = unsafe dlsym(library, "ub_ctx_async"), let ask = unsafe dlsym(library, "ub_resolve_async"),
      let process = unsafe dlsym(library, "ub_process"), let descriptor = unsafe dlsym(library, "ub_fd"),
      let free = unsafe dlsym(library, "ub_resolve_free"), let words = unsafe dlsym(library, "ub_strerror")
    else { return nil }
    unsafe self.create = function(create)
    unsafe self.delete = function(delete)
    unsafe self.setOption = function(setOption)
    unsafe self.forward = function(forward)
    unsafe self.readResolvers = function(readResolvers)
    unsafe self.addAnchors = function(addAnchors)
    unsafe self.workInThread = function(workInThread)
    unsafe self.ask = function(ask)
    unsafe self.process = function(process)
    unsafe self.descriptor = function(descriptor)
    unsafe self.free = function(free)
    unsafe self.words = function(words)
  }

  func reason(_ code: Int32) -> String { unsafe words(code).map { unsafe String(cString: $0) } ?? "error \(code)" }
}

/// What the library has under a name, as what its documentation says that it is.
private func function<Function>(_ symbol: UnsafeMutableRawPointer) -> Function {
  unsafe unsafeBitCast(symbol, to: Function.self)
}
