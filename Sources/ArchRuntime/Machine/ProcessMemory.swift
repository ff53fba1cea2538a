#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the system says about memory; nil where it does not.
public enum ProcessMemory {
  /// Bytes of this process that are in memory.
  public static var resident: Int? { entry("VmRSS:", in: "/proc/self/status") }

  /// Bytes that can be had without pushing others out.
  public static var available: Int? { entry("MemAvailable:", in: "/proc/meminfo") }

  /// Processors that threads of this process may run on.
  public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// A line `name   123 kB`.
  private static func entry(_ name: String, in path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix(name) else { continue }
      return text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }
    return nil
  }
}
