import ArchReport

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A line that tells how far something long has come, on the terminal of standard error and nowhere else.
///
/// What is over soon shows nothing. Whoever writes to the same terminal next calls ``clear()`` before.
struct Progress {
  private let what: String
  private let total: Int
  private let isShown: Bool
  private let clock = ContinuousClock()
  private var due: ContinuousClock.Instant
  private var isDrawn = false
  private var done = 0

  private static let interval = Duration.milliseconds(100)
  private static let patience = Duration.milliseconds(400)

  /// - Parameters:
  ///   - what: what is done, in a word or two.
  ///   - isLong: whether it is known to take seconds, so that the line need not wait.
  ///   - sharesTerminal: whether the result goes to the terminal while the work is going on.
  init(_ what: String, of total: Int, isLong: Bool = false, sharesTerminal: Bool = false) {
    self.what = what
    self.total = total
    let isTerminal = isatty(STDERR_FILENO) == 1 && Console.variable("TERM") != "dumb"
    isShown = isTerminal && total > 0 && !(sharesTerminal && Console.isTerminal)
    due = clock.now + (isLong ? .zero : Self.patience)
  }

  /// One more is done.
  mutating func advance() { show(done + 1) }

  /// Draws the line anew if there has been none for a while.
  mutating func show(_ done: Int) {
    self.done = done
    guard isShown, clock.now >= due else { return }
    due = clock.now + Self.interval
    isDrawn = true
    write("\r\u{1B}[K" + line(done, columns: Console.width(of: STDERR_FILENO)))
  }

  /// Takes the line away.
  mutating func clear() {
    guard isDrawn else { return }
    isDrawn = false
    write("\r\u{1B}[K")
  }

  /// `sweep [#######.............]  37 %, 370,000 of 1,000,000`, or as much of it as a line has room for.
  private func line(_ done: Int, columns: Int) -> String {
    let share = Double(done) / Double(total)
    let filled = Int(share * 20)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
    let line = "\(what) [\(bar)] \(Int(share * 100)) %, \(NumberText.exact(done)) of \(NumberText.exact(total))"
    return String(line.prefix(max(0, columns - 1)))
  }

  private func write(_ text: String) { try? Console.write(text, to: STDERR_FILENO, name: "standard error") }
}
