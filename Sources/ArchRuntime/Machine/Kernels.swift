import KernelsAVX2
import KernelsAVX512
import KernelsBaseline
import Microkernels

/// The kernels of one instruction set, indexed for the planner.
///
/// Nothing in it is an object: references to one would be counted by all threads at every row.
public struct Kernels: Sendable {
  public let instructionSet: InstructionSet
  public let table: KernelTable
  private let dense: TileTable<ConvolutionTile>
  /// All of one width.
  private let lanewise: TileTable<LanewiseTile>

  /// Channels in a block of the activations.
  public var lanes: Int { table.lanes }

  /// The kernels of `instructionSet`, which the caller has made sure the machine can run.
  public init(_ instructionSet: InstructionSet) {
    precondition(instructionSet.isAvailable, "this CPU cannot run \(instructionSet.rawValue)")
    switch instructionSet {
    case .baseline: self = Self.baseline
    #if arch(x86_64)
    case .avx2: self = Self.avx2
    case .avx512: self = Self.avx512
    #else
    default: self = Self.baseline
    #endif
    }
  }

  private init(_ instructionSet: InstructionSet, _ table: KernelTable) {
    self.instructionSet = instructionSet
    self.table = table
    dense = TileTable(Self.list(table.convolutionTile).map { ($0.vectors, $0.pixels, $0) })
    lanewise = TileTable(Self.list(table.lanewiseTile).map { (0, $0.pixels, $0) })
  }

  /// The widest that this machine has.
  public static let best = Kernels(.best)

  private static let baseline = Kernels(.baseline, KernelsBaseline.table)
  #if arch(x86_64)
  private static let avx2 = Kernels(.avx2, KernelsAVX2.table)
  private static let avx512 = Kernels(.avx512, KernelsAVX512.table)
  #endif

  private static func list<Tile>(_ tile: (Int) -> Tile?) -> [Tile] {
    var tiles: [Tile] = []
    while let next = tile(tiles.count) { tiles.append(next) }
    return tiles
  }

  /// Multiply-adds between registers only, so many times those of a large tile: what the roofline calls peak. Returns how
  /// many floating-point operations they are.
  public func multiplyAdds(rounds: Int) -> Int {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: table.peakFloats) { memory in
      memory.initialize(repeating: 1e-3)
      return table.peak(memory.baseAddress!, rounds, 0)
    }
  }

  /// The most vectors that a dense tile has.
  public var maximumVectors: Int { dense.maximumVectors }

  /// The most pixels of a dense tile with so many vectors; 0 where there is none.
  public func maximumPixels(vectors: Int) -> Int { dense.maximumPixels(vectors: vectors) }

  /// The dense tiles of so many vectors that a row of pixels is cut into.
  func tiles(pixels: Int, vectors: Int) -> Int {
    let maximum = maximumPixels(vectors: vectors)
    return (pixels + maximum - 1) / maximum
  }

  public func convolution(pixels: Int, vectors: Int) -> ConvolutionKernel { dense[vectors, pixels].kernel }

  /// The transforms of F(m×m, 3×3) for m of 2, 4 or 6.
  func winograd(outputs: Int) -> WinogradTile {
    switch outputs {
    case 2: table.winograd2
    case 4: table.winograd4
    default: table.winograd6
    }
  }

  public var maximumLanewisePixels: Int { lanewise.maximumPixels(vectors: 0) }

  public func depthwise(pixels: Int) -> LanewiseKernel { lanewise[0, pixels].depthwise }

  public func grouped(pixels: Int) -> LanewiseKernel { lanewise[0, pixels].grouped }
}

/// Tiles by their vectors and pixels. Made once for each instruction set and never freed.
private struct TileTable<Tile>: @unchecked Sendable {
  let maximumVectors: Int
  /// By vectors.
  private let maximumPixels: UnsafePointer<Int>
  /// [vectors][pixels] in rows of one length; entries that no tile has are unused.
  private let tiles: UnsafePointer<Tile>
  private let rowLength: Int

  init(_ list: [(vectors: Int, pixels: Int, tile: Tile)]) {
    maximumVectors = list.map(\.vectors).max()!
    let widths = (0...maximumVectors).map { vectors in
      let sizes = list.filter { $0.vectors == vectors }.map(\.pixels)
      precondition(sizes.sorted() == Array(1..<(sizes.count + 1)), "a width's tiles have every size from 1")
      return sizes.count
    }
    rowLength = widths.max()! + 1
    let tiles = UnsafeMutablePointer<Tile>.allocate(capacity: widths.count * rowLength)
    tiles.initialize(repeating: list[0].tile, count: widths.count * rowLength)
    for entry in list { tiles[entry.vectors * rowLength + entry.pixels] = entry.tile }
    let maximumPixels = UnsafeMutablePointer<Int>.allocate(capacity: widths.count)
    maximumPixels.initialize(from: widths, count: widths.count)
    (self.tiles, self.maximumPixels) = (UnsafePointer(tiles), UnsafePointer(maximumPixels))
  }

  func maximumPixels(vectors: Int) -> Int {
    precondition(vectors >= 0 && vectors <= maximumVectors)
    return maximumPixels[vectors]
  }

  subscript(vectors: Int, pixels: Int) -> Tile {
    precondition(pixels > 0 && pixels <= maximumPixels(vectors: vectors), "there is no such tile")
    return tiles[vectors * rowLength + pixels]
  }
}
