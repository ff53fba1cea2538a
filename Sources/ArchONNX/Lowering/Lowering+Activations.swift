import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let activations: [String: Lowering] = [
    "Relu": { try $0.activation($1, .relu) },
    "Sigmoid": { try $0.activation($1, .sigmoid) },
    "QLinearSigmoid": { try $0.activation($1, .sigmoid) },
    "HardSigmoid": { importer, node in
      // The one of the mobile networks is relu6(x + 3) / 6; ONNX's default slope is 1/5, and that is the other of 6/5 of x.
      let slope = node.float("alpha") ?? 0.2
      if abs(slope - 1 / 6) < 1e-5, (node.float("beta") ?? 0.5) == 0.5 {
        return try importer.activation(node, .hardSigmoid)
      }
      if (node.float("beta") ?? 0.5) == 0.5, let exact = Rational(exactly: Double(slope)),
        let factor = try? Rational(shortest: exact) * Rational(6)
      {
        let scaled = try importer.emit(.constantScale(factor), [try importer.operand(node, 0)], for: node)
        return try importer.conclude(.activation(.hardSigmoid), [scaled], for: node)
      }
      try importer.conclude(.tensor(.elementwise(.clip)), [try importer.operand(node, 0)], for: node)
    },
    "HardSwish": { try $0.activation($1, .hardSwish) },
    "Swish": { try $0.activation($1, .silu) },
    "Tanh": { try $0.activation($1, .tanh) },
    "Gelu": { try $0.activation($1, .gelu) },
    "LeakyRelu": { try $0.activation($1, .leakyRelu(slope: $1.slope)) },
    "QLinearLeakyRelu": { try $0.activation($1, .leakyRelu(slope: $1.slope)) },
    "Clip": { importer, node in
      let bounds = importer.clipBounds(node)
      if bounds == [0, 6] { return try importer.activation(node, .relu6) }
      if bounds.first == 0, bounds.count == 1 { return try importer.activation(node, .relu) }
      try importer.conclude(.tensor(.elementwise(.clip)), [try importer.operand(node, 0)], for: node)
    },
    "PRelu": { importer, node in
      let (input, slope) = (try importer.shape(node, 0), try importer.constant(node, 1))
      let slopes = try product(slope.shape)
      guard slopes == Expr(1) || input.rank > 1 else { throw NotCounted("its input has no channels") }
      let index = try importer.emit(
        .tensor(.parametricRelu(slopes: slopes)), [try importer.operand(node, 0)], for: node)
      try importer.attach([(.weight, slope)], to: index)
      try importer.define(node, .node(index))
    },
    "Softmax": { try $0.softmax($1) }, "LogSoftmax": { try $0.softmax($1) }, "Hardmax": { try $0.softmax($1) },
    "QLinearSoftmax": { try $0.softmax($1) },
  ]
}

extension SourceNode {
  /// The slope of a leaky ReLU.
  fileprivate var slope: Rational { Rational(shortest: Rational(exactly: Double(float("alpha") ?? 0.01)) ?? .zero) }
}

extension Rational {
  /// What a float was written as: of the numbers that are rounded to it, one of few decimals if there is one.
  init(shortest exact: Rational) {
    let number = exact.doubleValue
    let millionths = number * 1_000_000
    if abs(millionths) < 1e12, let decimal = try? Rational(Int(millionths.rounded()), 1_000_000),
      Float(decimal.doubleValue) == Float(number)
    {
      self = decimal
    } else {
      self = exact
    }
  }
}

extension Importer {
  mutating func activation(_ node: SourceNode, _ activation: Activation) throws {
    try conclude(.activation(activation), [try operand(node, 0)], for: node)
  }

  /// The bounds of a clip: none, one or two; attributes until opset 10, inputs since.
  fileprivate func clipBounds(_ node: SourceNode) -> [Expr] {
    func bound(_ name: String, _ index: Int) -> Expr? {
      if let value = node.float(name) { return Rational(exactly: Double(value)).map { Expr($0) } }
      return (try? elements(node, index))??.first
    }
    let (low, high) = (bound("min", 1), bound("max", 2))
    // A bound that is as good as none is none: older exporters write the greatest float.
    guard let low else { return [] }
    let isOpen = high == nil && !node.hasInput(2) && (node.float("max") ?? .infinity) > 1e30
    return high.map { [low, $0] } ?? (isOpen ? [low] : [])
  }

  fileprivate mutating func softmax(_ node: SourceNode) throws {
    let input = try shape(node, 0)
    // Until opset 12 all extents from the axis on are one row.
    let axis = try axis(node.integer("axis") ?? (file.opset >= 13 ? -1 : 1), rank: input.rank)
    let source = try operand(node, 0)
    if file.opset < 13, axis < input.rank - 1, node.domain.isEmpty,
      try product(input.extents[(axis + 1)...]) != Expr(1)
    {
      let rows = Shape([try product(input.extents[..<axis]), try product(input.extents[axis...])])
      let flat = try emit(.tensor(.reshape(rows)), [source], for: node)
      let result = try emit(.activation(.softmax), [flat], for: node)
      return try conclude(.tensor(.reshape(input)), [result], for: node)
    }
    try conclude(axis == 1 ? .activation(.softmax) : .tensor(.softmax(axis: axis)), [source], for: node)
  }
}
