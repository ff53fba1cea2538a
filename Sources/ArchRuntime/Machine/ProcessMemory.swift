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

  /// Bytes that can be had without pushing others out and within what the process is allowed.
  public static var available: Int? {
    [entry("MemAvailable:", in: "/proc/meminfo"), addressSpace].compactMap(\.self).min()
  }

  /// What is left of a limit of the address space (`ulimit -v`), but for an eighth: the stacks of threads and what the
  /// allocator reserves count too.
  private static var addressSpace: Int? {
    guard let limit = number("Max address space", in: "/proc/self/limits"),
      let used = entry("VmSize:", in: "/proc/self/status")
    else { return nil }
    return max(0, limit - used) / 8 * 7
  }

  /// Processors that the system has.
  public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// A line `name   123 kB`.
  private static func entry(_ name: String, in path: String) -> Int? { number(name, in: path).map { $0 * 1024 } }

  /// The first word after a name, where it is a number.
  private static func number(_ name: String, in path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix(name) else { continue }
      return text.dropFirst(name.count).split { $0 == " " || $0 == "\t" || $0 == "\n" }.first.flatMap { Int($0) }
    }
    return nil
  }
}
