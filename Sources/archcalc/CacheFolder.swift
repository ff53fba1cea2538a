#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What was measured on this machine, in the user's cache folder.
enum CacheFolder {
  /// The bytes of a file; `nil` where there is none.
  static func read(_ name: String) -> [UInt8]? { file(name).flatMap { try? Files.source($0).bytes } }

  /// Replaces a file, also after it was read. A cache that cannot be written is none.
  static func replace(_ name: String, with text: String) {
    if let path = file(name) { try? Files.write(text, to: path, replacesInput: true) }
  }

  /// The path of a file, whose name has the host's in it: a home folder may be shared by machines. `nil` without a home.
  private static func file(_ name: String) -> String? {
    let base = Console.variable("XDG_CACHE_HOME") ?? Console.variable("HOME").map { $0 + "/.cache" }
    guard let base else { return nil }
    let folder = base + "/archcalc"
    mkdir(base, 0o755)
    mkdir(folder, 0o755)
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    return folder + "/\(name)-" + String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
