import ArchSpec
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reading whole files, and writing them whole or not at all.
enum Files {
  /// The files that were read, so that no result takes their place.
  private static let inputs = Mutex<Set<String>>([])

  static func noteInput(_ path: String) {
    guard isRegular(path) else { return }
    inputs.withLock { _ = $0.insert(identity(of: path)) }
  }

  static func isInput(_ path: String) -> Bool { inputs.withLock { $0.contains(identity(of: path)) } }

  /// A source from a file, or from standard input for `-`.
  ///
  /// - Throws: ``Diagnostic`` saying why it cannot be read.
  static func source(_ path: String) throws -> Source {
    let isStandardInput = path == "-"
    let descriptor = isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    let name = isStandardInput ? "standard input" : path
    guard descriptor >= 0 else { throw Diagnostic("cannot read \(name): \(reason())", at: .none) }
    defer { if !isStandardInput { close(descriptor) } }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw Diagnostic("cannot read \(name): it is a directory", at: .none)
    }
    if !isStandardInput { noteInput(path) }
    return Source(name: isStandardInput ? "<stdin>" : path, bytes: try read(descriptor, name))
  }

  /// Whether there is a file that can be read.
  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether it is there as often as it is read, unlike a pipe.
  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Makes a folder unless there is one.
  ///
  /// - Throws: ``OutputError``.
  static func makeFolder(_ path: String) throws {
    guard isFolder(path) || mkdir(path, 0o777) == 0 else { throw OutputError(name: path, reason: reason()) }
  }

  private static let largest = 64 << 20

  private static func read(_ descriptor: Int32, _ name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = systemRead(descriptor, &chunk)
      if count < 0 {
        if errno == EINTR { continue }
        throw Diagnostic("cannot read \(name): \(reason())", at: .none)
      }
      if count == 0 { return bytes }
      bytes += chunk[0..<count]
      guard bytes.count <= largest else { throw Diagnostic("\(name) is too large for a specification", at: .none) }
    }
  }

  /// Whether each output has a file of its own; pipes and devices take several.
  ///
  /// - Throws: ``UsageError`` where two have the same.
  static func requireDistinct(_ outputs: [(option: String, path: String?)]) throws {
    var options: [String: String] = [:]
    for (option, path) in outputs {
      guard let path, isRegular(path) || !exists(path) else { continue }
      if let other = options.updateValue(option, forKey: identity(of: path)) {
        throw UsageError("--\(other) and --\(option) both go to \(path)", help: "each needs a file of its own")
      }
    }
  }

  /// The path without links; `nil` for what does not exist.
  static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// A name that a file has however it is reached, also where it does not exist yet.
  private static func identity(of path: String) -> String {
    if let file = resolved(path) { return file }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let folder = String(path.dropLast(name.count))
    return (resolved(folder.isEmpty ? "." : folder) ?? folder) + "/" + name
  }

  /// Whether a file can be written is known before the work whose result it is to hold.
  ///
  /// - Throws: ``OutputError``.
  static func requireWritable(_ path: String) throws {
    var status = stat()
    if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      // Whoever reads a pipe would take its opening and closing for all.
      guard access(path, W_OK) == 0 else { throw OutputError(name: path, reason: reason()) }
    } else {
      _ = try OutputStream(path: path)
    }
  }

  /// Writes a file whole or not at all: errors leave the old one as it was.
  ///
  /// - Throws: ``OutputError``.
  static func write(_ text: String, to path: String, replacesInput: Bool = false) throws {
    let stream = try OutputStream(path: path, replacesInput: replacesInput)
    try stream.write(text)
    try stream.finish()
  }

  /// Writes numbers as they lie in memory, one array after the other, whole or not at all.
  ///
  /// - Throws: ``OutputError``.
  static func write(_ arrays: [[Float]], to path: String) throws {
    let stream = try OutputStream(path: path)
    for array in arrays { try array.withUnsafeBytes { try stream.write($0) } }
    try stream.finish()
  }

  /// Makes a file of zeros, which takes no room where the file system knows holes.
  ///
  /// - Throws: ``OutputError``.
  static func writeZeros(_ count: Int, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw OutputError(name: path, reason: reason()) }
    defer { close(descriptor) }
    guard ftruncate(descriptor, off_t(count)) == 0 else { throw OutputError(name: path, reason: reason()) }
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}

private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
  buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
}
