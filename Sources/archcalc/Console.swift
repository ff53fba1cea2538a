#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The streams and the terminal.
struct Console {
  init() {
    // A reader that goes away and a file that may not grow are errors of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  func print(_ text: String) throws { try Self.write(text, to: STDOUT_FILENO, name: "standard output") }

  /// - Parameter message: what is wrong; of a line that no terminal could show, the middle is left out.
  func fail(_ message: String, status: Int32) -> Int32 {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.utf8.count > 2000 ? "\(line.prefix(600)) … \(line.suffix(200))" : String(line)
    }
    try? Self.write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO, name: "standard error")
    return status
  }

  /// - Throws: ``OutputError`` where not everything could be written.
  static func write(_ text: String, to descriptor: Int32, name: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0), to: descriptor, name: name) }
  }

  /// - Throws: ``OutputError`` where not everything could be written.
  static func write(_ buffer: UnsafeRawBufferPointer, to descriptor: Int32, name: String) throws {
    var offset = 0
    while offset < buffer.count {
      let count = systemWrite(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
      if count < 0 {
        if errno == EINTR { continue }
        throw OutputError(name: name, reason: String(cString: strerror(errno)))
      }
      offset += count
    }
  }

  // MARK: The terminal

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The columns of the terminal; 80 where there is none and COLUMNS does not say.
  static var width: Int { width(of: STDOUT_FILENO) }

  /// The columns of the terminal that a descriptor is.
  static func width(of descriptor: Int32) -> Int {
    if let text = variable("COLUMNS"), let columns = Int(text), columns > 0 { return min(columns, 400) }
    var size = winsize()
    let isKnown = isatty(descriptor) == 1 && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  enum Color: String, CaseIterable { case auto, always, never }

  /// Whether to color: as asked, else on terminals that can, unless NO_COLOR is set (no-color.org).
  static func usesColor(_ color: Color) -> Bool {
    switch color {
    case .always: true
    case .never: false
    case .auto: isTerminal && (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// Output that could not be written.
struct OutputError: Error, CustomStringConvertible {
  var name: String
  var reason: String

  var description: String { "cannot write to \(name): \(reason)" }
}
