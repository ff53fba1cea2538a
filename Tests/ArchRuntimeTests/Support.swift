import ArchRuntime
import Microkernels
import Testing

extension InstructionSet: CustomTestStringConvertible {
  public var testDescription: String { rawValue }

  /// Those that this machine can run: every kernel test walks them.
  static let here = allCases.filter(\.isAvailable)
}

/// A tensor between two bands of NaN, so that reading outside poisons the result and writing outside is seen.
final class GuardedTensor {
  private static let band = 256
  private static let mark = Float(bitPattern: 0x7FC0_BEEF)
  private let memory: UnsafeMutablePointer<Float>
  private let count: Int
  let view: BlockedView

  /// Filled with NaN, but for the halo.
  init(images: Int = 1, channels: Int, height: Int, width: Int, lanes: Int, halo: Halo = .none) {
    count = BlockedView.count(
      images: images, channels: channels, height: height, width: width, lanes: lanes, halo: halo)
    memory = .allocate(capacity: count + 2 * Self.band)
    memory.initialize(repeating: Self.mark, count: count + 2 * Self.band)
    view = BlockedView(
      memory: memory + Self.band, images: images, channels: channels, height: height, width: width, lanes: lanes,
      halo: halo)
    for image in 0..<images { for block in 0..<view.blocks { view.clearHalo(image: image, block: block) } }
  }

  convenience init(_ source: ReferenceTensor, lanes: Int, halo: Halo = .none) {
    self.init(
      images: source.images, channels: source.channels, height: source.height, width: source.width, lanes: lanes,
      halo: halo)
    source.values.withUnsafeBufferPointer { view.fill(fromPlanar: $0.baseAddress!) }
  }

  deinit { memory.deallocate() }

  var values: ReferenceTensor {
    var result = ReferenceTensor(
      images: view.images, channels: view.channels, height: view.height, width: view.width)
    result.values.withUnsafeMutableBufferPointer { view.write(toPlanar: $0.baseAddress!) }
    return result
  }

  var guardsAreIntact: Bool {
    let bands = [0..<Self.band, (Self.band + count)..<(2 * Self.band + count)]
    return bands.allSatisfy { $0.allSatisfy { memory[$0].bitPattern == Self.mark.bitPattern } }
  }
}

enum Numbers {
  /// Whole numbers from -4 to 4: sums of their products are exact in any order.
  static func small(_ count: Int, _ tensor: Int) -> [Float] {
    WeightGenerator(seed: 7).uniform(tensor: tensor, count: count, in: 0..<9).map { $0.rounded(.down) - 4 }
  }

  static func normal(_ count: Int, _ tensor: Int) -> [Float] {
    let generator = WeightGenerator(seed: 11)
    return (0..<count).map { generator.normal(tensor: tensor, index: $0) }
  }

  static func tensor(
    _ numbers: (Int, Int) -> [Float], _ number: Int, images: Int = 1, channels: Int, height: Int, width: Int
  ) -> ReferenceTensor {
    ReferenceTensor(
      images: images, channels: channels, height: height, width: width,
      values: numbers(images * channels * height * width, number))
  }
}

/// Whether every value lies within its bound; NaN never does.
func expectClose(
  _ actual: ReferenceTensor, _ expected: ReferenceTensor, within bound: (Int) -> Float,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.values.count == expected.values.count else {
    Issue.record("\(actual.values.count) values instead of \(expected.values.count)", sourceLocation: sourceLocation)
    return
  }
  let wrong = actual.values.indices.first { !(abs(actual.values[$0] - expected.values[$0]) <= bound($0)) }
  if let wrong {
    Issue.record(
      "value \(wrong) is \(actual.values[wrong]), not \(expected.values[wrong]) ± \(bound(wrong))",
      sourceLocation: sourceLocation)
  }
}
