import KernelsAVX2
import KernelsAVX512
import KernelsBaseline
import Microkernels

/// The kernels of one instruction set, indexed for the planner.
public struct Kernels: Sendable {
  public let instructionSet: InstructionSet
  public let table: KernelTable
  /// [vectors][pixels]; the entries 0 are unused. The tiles and not their functions: an array of functions wraps each
  /// in an object, whose references two threads would count at every row.
  private let dense: [[ConvolutionTile]]
  /// [pixels]; entry 0 is unused.
  private let lanewise: [LanewiseTile?]

  /// Channels in a block of the activations.
  public var lanes: Int { table.lanes }

  /// The kernels of `instructionSet`, which the caller has made sure the machine can run.
  public init(_ instructionSet: InstructionSet) {
    precondition(instructionSet.isAvailable, "this CPU cannot run \(instructionSet.rawValue)")
    self.instructionSet = instructionSet
    table = Self.table(instructionSet)
    let tiles = Self.list(table.convolutionTile)
    dense = (0...(tiles.map(\.vectors).max() ?? 0)).map { vectors in
      let column = tiles.filter { $0.vectors == vectors }.sorted { $0.pixels < $1.pixels }
      precondition(column.map(\.pixels) == Array(1..<(column.count + 1)), "a width's tiles have every size from 1")
      return column.first.map { [$0] + column } ?? []
    }
    let rows = Self.list(table.lanewiseTile).sorted { $0.pixels < $1.pixels }
    lanewise = [nil] + rows
  }

  /// The widest that this machine has.
  public static let best = Kernels(.best)

  private static func table(_ instructionSet: InstructionSet) -> KernelTable {
    switch instructionSet {
    case .baseline: KernelsBaseline.table
    #if arch(x86_64)
    case .avx2: KernelsAVX2.table
    case .avx512: KernelsAVX512.table
    #else
    default: KernelsBaseline.table
    #endif
    }
  }

  private static func list<Tile>(_ tile: (Int) -> Tile?) -> [Tile] {
    var tiles: [Tile] = []
    while let next = tile(tiles.count) { tiles.append(next) }
    return tiles
  }

  /// The most vectors that a dense tile has.
  public var maximumVectors: Int { dense.count - 1 }

  /// The most pixels of a dense tile with so many vectors; 0 where there is none.
  public func maximumPixels(vectors: Int) -> Int { max(0, dense[vectors].count - 1) }

  /// The dense tiles of so many vectors that a row of pixels is cut into.
  func tiles(pixels: Int, vectors: Int) -> Int {
    let maximum = maximumPixels(vectors: vectors)
    return (pixels + maximum - 1) / maximum
  }

  public func convolution(pixels: Int, vectors: Int) -> ConvolutionKernel { dense[vectors][pixels].kernel }

  /// The transforms of F(m×m, 3×3) for m of 2, 4 or 6.
  func winograd(outputs: Int) -> WinogradTile {
    switch outputs {
    case 2: table.winograd2
    case 4: table.winograd4
    default: table.winograd6
    }
  }

  public var maximumLanewisePixels: Int { lanewise.count - 1 }

  public func depthwise(pixels: Int) -> LanewiseKernel { lanewise[pixels]!.depthwise }

  public func grouped(pixels: Int) -> LanewiseKernel { lanewise[pixels]!.grouped }
}
