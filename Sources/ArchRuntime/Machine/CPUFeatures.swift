#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the CPU can execute *and* the operating system saves on a context switch.
///
/// Swift has no cpuid instruction, and the package has no C in it. The C library has asked the CPU already, before the
/// program started: glibc 2.33 and later hands out its answer, with the bits cleared that the system does not support.
/// Where it does not, the kernel's own list in /proc/cpuinfo is read; where there is neither, the baseline runs.
struct CPUFeatures: Sendable {
  let hasAVX2: Bool
  let hasAVX512: Bool

  static let current = detect()

  private static func detect() -> CPUFeatures {
    #if arch(x86_64)
    return fromCLibrary() ?? fromProcessorList() ?? CPUFeatures(hasAVX2: false, hasAVX512: false)
    #else
    return CPUFeatures(hasAVX2: false, hasAVX512: false)
    #endif
  }

  /// From glibc's `__x86_get_cpuid_feature_leaf`, which returns a pointer to
  /// `struct { unsigned cpuid[4], active[4]; }` (eax, ebx, ecx, edx) of a leaf.
  static func fromCLibrary() -> CPUFeatures? {
    #if canImport(Glibc) && arch(x86_64)
    typealias Leaf = @convention(c) (UInt32) -> UnsafePointer<UInt32>?
    guard let symbol = dlsym(nil, "__x86_get_cpuid_feature_leaf") else { return nil }
    let leaf = unsafeBitCast(symbol, to: Leaf.self)
    // glibc numbers the leaves from 0: 0 is cpuid leaf 1, 1 is leaf 7.
    guard let first = leaf(0), let seventh = leaf(1) else { return nil }
    let ecx1 = first[4 + 2]
    let ebx7 = seventh[4 + 1]
    let hasAVX2 = ebx7 >> 5 & 1 == 1 && ecx1 >> 12 & 1 == 1
    let avx512 = [16, 17, 30, 31].allSatisfy { ebx7 >> UInt32($0) & 1 == 1 }
    return CPUFeatures(hasAVX2: hasAVX2, hasAVX512: hasAVX2 && avx512)
    #else
    return nil
    #endif
  }

  /// From the first "flags" line of /proc/cpuinfo.
  static func fromProcessorList() -> CPUFeatures? {
    #if os(Linux)
    guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 16384)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("flags") else { continue }
      let flags = Set(text.split { $0 == " " || $0 == "\t" || $0 == "\n" })
      let hasAVX2 = flags.isSuperset(of: ["avx2", "fma"])
      return CPUFeatures(
        hasAVX2: hasAVX2,
        hasAVX512: hasAVX2 && flags.isSuperset(of: ["avx512f", "avx512dq", "avx512bw", "avx512vl"]))
    }
    #endif
    return nil
  }
}
