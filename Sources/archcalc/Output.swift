#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Where long output goes as it is made: standard output, or a file that appears when it is complete.
final class OutputStream {
  private let descriptor: Int32
  private let name: String
  /// The file itself where `name` is a link to it, which stays one.
  private let target: String
  private let temporary: String?
  private var isFinished = false

  /// - Parameter replacesInput: whether the file may be one that was read.
  /// - Throws: ``OutputError``.
  init(path: String?, replacesInput: Bool = false) throws {
    guard let path else {
      (descriptor, name, target, temporary) = (STDOUT_FILENO, "standard output", "", nil)
      return
    }
    name = path
    target = Files.resolved(path) ?? path
    if !replacesInput, Files.isInput(path) {
      throw OutputError(name: path, reason: "it is read by the same command")
    }
    var status = stat()
    let isThere = stat(path, &status) == 0
    if isThere, status.st_mode & S_IFMT != S_IFREG {
      guard status.st_mode & S_IFMT != S_IFDIR else { throw OutputError(name: path, reason: "it is a directory") }
      (descriptor, temporary) = (open(path, O_WRONLY | O_CLOEXEC), nil)
    } else {
      let file = target + ".\(getpid()).part"
      Partial.begin(file)
      (descriptor, temporary) = (open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666), file)
      // What is replaced stays as readable as it was.
      if descriptor >= 0, isThere { fchmod(descriptor, status.st_mode & 0o777) }
    }
    guard descriptor >= 0 else { throw OutputError(name: path, reason: String(cString: strerror(errno))) }
  }

  deinit {
    guard descriptor != STDOUT_FILENO, !isFinished else { return }
    close(descriptor)
    if let temporary { unlink(temporary) }
    Partial.end()
  }

  /// - Throws: ``OutputError`` where not everything could be written.
  func write(_ text: String) throws { try Console.write(text, to: descriptor, name: name) }

  /// - Throws: ``OutputError`` where not everything could be written.
  func write(_ bytes: UnsafeRawBufferPointer) throws { try Console.write(bytes, to: descriptor, name: name) }

  /// Makes the file appear under its name.
  ///
  /// - Throws: ``OutputError``.
  func finish() throws {
    guard descriptor != STDOUT_FILENO else { return }
    isFinished = true
    defer { Partial.end() }
    guard close(descriptor) == 0, temporary.map({ rename($0, target) == 0 }) ?? true else {
      let reason = String(cString: strerror(errno))
      if let temporary { unlink(temporary) }
      throw OutputError(name: name, reason: reason)
    }
  }
}

/// The file that is being written: a signal that ends the program takes it away first.
enum Partial {
  private nonisolated(unsafe) static var path: UnsafeMutablePointer<CChar>?

  static func begin(_ file: String) {
    path = strdup(file)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let before = signal(number) { number in
        // Only what is allowed in a handler.
        Partial.remove()
        signal(number, SIG_DFL)
        raise(number)
      }
      // Who asked that a signal be ignored is obeyed.
      if unsafeBitCast(before, to: Int.self) == 1 { signal(number, SIG_IGN) }
    }
  }

  static func end() {
    let ended = path
    path = nil
    free(ended)
  }

  /// Takes the file away; may be called from a signal's handler.
  static func remove() { if let path { unlink(path) } }
}
