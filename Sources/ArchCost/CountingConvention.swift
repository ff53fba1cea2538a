import ArchAlgebra

/// How a paper or a tool counts: a weight for each quantity, and which parameters it means.
///
/// "One multiply-add" is one multiply-add of a convolution or linear layer; whether it is called one operation or two,
/// and what else is counted, is all that conventions differ in.
public struct CountingConvention: Sendable, Hashable {
  public enum Parameters: String, Sendable, Hashable {
    /// Weights, biases and normalisation.
    case trainable
    /// Kernels and matrices only.
    case weights
    /// Trainable ones and running statistics.
    case total
  }

  public var name: String
  /// What one unit of the count is called: `MACs` or `FLOPs`.
  public var unit: String
  public var summary: String
  public var parameters: Parameters
  var weights: [Quantity: Rational]

  /// What one of a quantity counts for; zero for what is not counted.
  public func weight(of quantity: Quantity) -> Rational { weights[quantity] ?? .zero }

  /// The count of a cost.
  public func count<D: Dimension>(_ cost: Cost<D>) throws -> D {
    var sum = Expr.zero
    // In a fixed order, so that closed forms always print alike; integers take the fast way.
    for entry in cost.tally.entries {
      guard let weight = weights[entry.quantity] else { continue }
      sum = try sum + Expr(weight) * entry.count.expr
    }
    return try D(sum)
  }

  /// The parameters that the convention means.
  public func parameters<D: Dimension>(_ cost: Cost<D>) throws -> D {
    switch parameters {
    case .trainable: try cost.parameters.trainable
    case .weights: cost.parameters.weights
    case .total: try cost.parameters.total
    }
  }

  /// Whether multiply-adds count at all.
  public var countsLayers: Bool { weights[.convolutionMACs] != nil }

  /// Whether a multiply-add counts as one operation, not as two or none.
  public var countsMultiplyAddsOnce: Bool { weights[.convolutionMACs] == Rational(1) }

  public static func named(_ name: String) -> CountingConvention? { all.first { $0.name == name } }
}
