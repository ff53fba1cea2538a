import ArchAlgebra
import ArchCost

/// What is measured of a network, by the word that the fixtures use for it.
enum Figure: String, CaseIterable {
  case trainable, weights, total, macs, paper, torchvision, timm
  case convolutionMACs, convolutionWeights, batchNormElements

  func measure(_ analysis: Analysis<Int>) throws -> Int {
    let cost = analysis.total
    switch self {
    case .trainable: return try cost.parameters.trainable
    case .weights: return cost.parameters.weights
    case .total: return try cost.parameters.total
    case .macs: return try cost.macs
    case .paper, .torchvision, .timm: return try CountingConvention.named(rawValue)!.count(cost)
    case .convolutionMACs: return cost.tally[.convolutionMACs]
    case .batchNormElements: return cost.tally[.batchNormElements]
    case .convolutionWeights:
      let convolutions = analysis.graph.layers.filter {
        if case .convolution = analysis.graph.nodes[$0].op { true } else { false }
      }
      return try analysis.cost(of: convolutions).parameters.weights
    }
  }
}

/// A figure as it is printed: `4230479872`, or `4.23G` to so many digits.
struct PrintedNumber {
  var digits: Rational
  var unit: Int
  /// 10 to the number of decimals.
  var precision: Int

  init(_ text: String) throws {
    unit = text.hasSuffix("G") ? 1_000_000_000 : text.hasSuffix("M") ? 1_000_000 : 1
    let number = unit == 1 ? text[...] : text.dropLast()
    digits = try Rational(parsing: number)!
    let decimals = number.split(separator: ".").dropFirst().first?.count ?? 0
    precision = (0..<decimals).reduce(1) { power, _ in power * 10 }
  }

  /// Whether an exact count is printed so; a half may go either way, as in binary floating point.
  func isRounding(of count: Int) throws -> Bool {
    let scaled = try Rational(count, unit) * Rational(precision)
    let printed = try digits * Rational(precision)
    let distance = try scaled - printed
    return try Rational(-1, 2) <= distance && distance <= Rational(1, 2)
  }

  func isTruncation(of count: Int) throws -> Bool {
    try Rational((Rational(count, unit) * Rational(precision)).floor) == digits * Rational(precision)
  }
}
