#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A model's file is mapped, not copied. Where somebody shortens it meanwhile, the system says so with a signal at the byte
/// that is no more, and the program ends with an error instead of a crash.
enum ShrinkingFile {
  private nonisolated(unsafe) static var message: (text: UnsafeMutablePointer<CChar>, count: Int)?

  /// To be called before a file is mapped.
  static func watch(_ path: String) {
    guard let text = strdup(description(path)) else { return }
    message = (text, strlen(text))
    signal(SIGBUS) { _ in
      // Only what is allowed in a handler.
      if let message = ShrinkingFile.message { _ = write(STDERR_FILENO, message.text, message.count) }
      Partial.remove()
      _exit(1)
    }
  }

  /// Ends the program: what was in the file when it was opened is there no more.
  static func fail(_ path: String) -> Never {
    _ = Console().fail(String(description(path).dropLast()), status: 1)
    Partial.remove()
    exit(1)
  }

  private static func description(_ path: String) -> String {
    "error: \(path) or its data was changed while it was read\n"
  }
}
