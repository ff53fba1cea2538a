#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A line that counts up while something takes long; only where a person looks on.
struct Progress {
  let total: Int
  private let isShown = isatty(STDERR_FILENO) == 1

  init(total: Int) { self.total = total }

  func show(_ what: String, _ done: Int) {
    guard isShown else { return }
    try? Console.write("\r\(what) \(done) of \(total)", to: STDERR_FILENO, name: "standard error")
  }

  func clear() {
    guard isShown else { return }
    try? Console.write("\r\u{1B}[K", to: STDERR_FILENO, name: "standard error")
  }
}
