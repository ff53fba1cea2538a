#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Floats that start at a cache line, or at a huge page where there are enough of them to matter. They start as zeros.
///
/// Large ones are pages of their own: the system has them as zeros already, gives them as they are first written to,
/// and has them back at once.
public final class AlignedBuffer: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Float>
  public let count: Int
  /// What is mapped; nil for memory of the allocator.
  private let mapping: UnsafeMutableRawBufferPointer?

  private static let hugePage = 2 << 20

  public init(count: Int) {
    self.count = count
    let capacity = max(count, 1)
    let bytes = capacity * MemoryLayout<Float>.stride
    if bytes >= Self.hugePage {
      let pages = Self.map(bytes)
      mapping = pages
      pointer = pages.baseAddress!.bindMemory(to: Float.self, capacity: capacity)
    } else {
      mapping = nil
      pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        .bindMemory(to: Float.self, capacity: capacity)
      pointer.initialize(repeating: 0, count: capacity)
    }
  }

  public convenience init(_ values: [Float]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { if let base = $0.baseAddress { pointer.update(from: base, count: $0.count) } }
  }

  deinit {
    if let mapping {
      munmap(mapping.baseAddress!, mapping.count)
    } else {
      UnsafeMutableRawPointer(pointer).deallocate()
    }
  }

  /// Pages that start at a huge page: what is mapped too much at both ends is given back.
  private static func map(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
    let page = Int(getpagesize())
    let length = (bytes + page - 1) / page * page
    let room = mmap(nil, length + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let room, room != MAP_FAILED else { preconditionFailure("the system refused \(bytes) bytes") }
    let start = room.alignedUp(toMultipleOf: hugePage)
    let before = start - room
    if before > 0 { munmap(room, before) }
    munmap(start + length, hugePage - before)
    #if os(Linux)
    // Fewer misses of the address translation when large weights are streamed once.
    madvise(start, length, MADV_HUGEPAGE)
    #endif
    return UnsafeMutableRawBufferPointer(start: start, count: length)
  }
}
