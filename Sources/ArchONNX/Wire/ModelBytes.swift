#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The bytes of a file, mapped: pages that nobody looks at are never read.
///
/// The file must not be shortened while it is mapped; a system call cannot prevent that, and the process then ends
/// with a bus error.
public final class ModelBytes: Sendable {
  nonisolated(unsafe) private let base: UnsafeRawPointer?
  public let count: Int
  private let isMapped: Bool

  /// Maps a file.
  ///
  /// - Throws: ``ModelError`` saying why it cannot be read.
  public init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ModelError("cannot read \(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw ModelError("cannot read \(path): \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ModelError("cannot read \(path): it is not a regular file") }
    count = Int(status.st_size)
    isMapped = count > 0
    guard isMapped else {
      base = nil
      return
    }
    guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
      throw ModelError("cannot map \(path): \(String(cString: strerror(errno)))")
    }
    // A graph is small and lies between tensors that are large: reading ahead would read the tensors.
    madvise(mapping, count, MADV_RANDOM)
    base = UnsafeRawPointer(mapping)
  }

  /// A copy of bytes in memory.
  public init(_ bytes: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    copy.copyBytes(from: bytes)
    count = bytes.count
    isMapped = false
    base = UnsafeRawPointer(copy.baseAddress!)
  }

  deinit {
    guard let base else { return }
    if isMapped { munmap(UnsafeMutableRawPointer(mutating: base), count) } else { base.deallocate() }
  }

  /// Lets go of the memory that a part takes which is passed over, and of what was looked at just before it: the system maps
  /// much around every byte that is read.
  func passOver(_ range: Range<Int>) {
    guard isMapped, range.count >= 1 << 20, let base else { return }
    let page = Int(getpagesize())
    let start = max(0, range.lowerBound - (4 << 20)) / page * page
    madvise(UnsafeMutableRawPointer(mutating: base + start), (range.upperBound - start) / page * page, MADV_DONTNEED)
  }

  /// The byte at an offset that the caller has compared with ``count``.
  subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count)
    return base!.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The bytes of a range that lies within the file.
  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return UnsafeRawBufferPointer(start: base.map { $0 + range.lowerBound }, count: range.count)
  }
}
