import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// What can be asked of every point of a sweep.
public enum Metric: String, Sendable, CaseIterable {
  case params, weights, biases, normalization, buffers, macs, flops, elementwise, activations, memory, traffic

  /// The closed form; `nil` where there is none.
  func closedForm(_ forms: ClosedForms) throws -> Expr? {
    let total = forms.analysis.total
    switch self {
    case .params: return try total.parameters.trainable
    case .weights: return total.parameters.weights
    case .biases: return total.parameters.biases
    case .normalization: return total.parameters.normalization
    case .buffers: return total.parameters.buffers
    case .macs: return try total.macs
    case .flops: return try CountingConvention.flops.count(total)
    case .elementwise: return try CountingConvention.elementwise.count(total)
    case .activations: return total.outputElements
    case .memory: return try ActivationMemory(forms.analysis.graph)?.peak.multiplied(by: Expr(4))
    case .traffic: return try total.trafficElements.multiplied(by: Expr(4))
    }
  }
}

/// A cost that can be had for numbers only.
struct NoClosedForm: Error {}

/// Closed forms that hold wherever a specification takes the same decisions, compiled.
///
/// A network over its parameters is a few such regimes: `when stride != 1` splits the plane of parameters, and within
/// each part the cost is one formula. A sweep evaluates the formula where it holds and elaborates the specification
/// anew only where it enters a part that it has not seen.
struct Regime: Sendable {
  private let conditions: [(CompiledExpr, Condition.Relation, CompiledExpr)]
  /// Extents and group widths, which must be positive integers for there to be a network.
  private let extents: [CompiledExpr]
  private let metrics: [CompiledExpr]

  /// - Parameters:
  ///   - symbols: what varies, in the order in which values will be given.
  ///   - denominators: what the integers that stand for rational values are numerators of.
  /// - Throws: ``Diagnostic`` where the specification cannot be followed at the given settings.
  init(
    _ specification: Specification, network: String, options: ElaborationOptions, symbols: [Symbol],
    denominators: [Int], metrics: [Metric]
  ) throws {
    // The numeric network first: it checks what closed forms take for granted.
    _ = try Study(specification, network: network, options: options)
    let forms = try ClosedForms(specification, network: network, options: options)
    var substitution = forms.subject.binding.filter { !symbols.contains($0.key) }.mapValues { Expr($0) }
    for (symbol, denominator) in zip(symbols, denominators) where denominator != 1 {
      substitution[symbol] = try Expr(symbol) / Expr(denominator)
    }
    func compiled(_ expr: Expr) throws -> CompiledExpr {
      try CompiledExpr(try expr.substituting(substitution), variables: symbols)
    }
    conditions = try forms.subject.conditions.map { (try compiled($0.left), $0.relation, try compiled($0.right)) }
    extents = try Self.extents(forms).map(compiled)
    self.metrics = try metrics.map { metric in
      guard let form = try metric.closedForm(forms) else {
        throw NoClosedForm()
      }
      return try compiled(form)
    }
  }

  private static func extents(_ forms: ClosedForms) throws -> Set<Expr> {
    var found: Set<Expr> = []
    for node in forms.analysis.graph.nodes {
      found.formUnion(node.output.extents)
      if case .convolution(let convolution) = node.op, convolution.groups != Expr(1) {
        found.insert(try forms.analysis.graph.nodes[node.inputs[0]].output.channels.divided(by: convolution.groups))
        found.insert(try convolution.outputChannels.divided(by: convolution.groups))
      }
    }
    return found.filter { expr in
      guard expr.constant == nil else { return false }
      return !(forms.subject.assumptions.isInteger(expr) && forms.subject.assumptions.isPositive(expr))
    }
  }

  /// Whether the closed forms are those of the network at these values.
  func holds(at values: UnsafeBufferPointer<Int>) throws -> Bool {
    for (left, relation, right) in conditions {
      guard try relation.holds(try left.evaluate(values), try right.evaluate(values)) else { return false }
    }
    return true
  }

  /// Appends the metrics at these values; `false` and nothing where there is no network.
  ///
  /// - Throws: ``ArithmeticError`` where a metric leaves the range of integers.
  func evaluate(_ values: UnsafeBufferPointer<Int>, into results: inout [Int]) throws -> Bool {
    for extent in extents {
      let value = try extent.evaluate(values)
      guard value.isInteger, value > .zero else { return false }
    }
    for metric in metrics { results.append(try metric.evaluateInteger(values)) }
    return true
  }
}
