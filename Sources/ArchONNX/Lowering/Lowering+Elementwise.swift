import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let elementwise: [String: Lowering] = [
    "Add": { try $0.add($1) }, "Sum": { try $0.stretched($1, .add) }, "Mul": { try $0.multiply($1) },
    "QLinearAdd": { try $0.stretched($1, .add, inputs: [0, 3]) },
    "QLinearMul": { try $0.stretched($1, .multiply, inputs: [0, 3]) },
    "Identity": { try $0.define($1, try $0.input($1, 0)) },
    "Dropout": { try $0.define($1, try $0.input($1, 0)) },
  ]

  static let functions: [String: Lowering] = {
    let functions: [(Elementwise, [String])] = [
      (.subtract, ["Sub"]), (.divide, ["Div"]), (.power, ["Pow"]), (.modulo, ["Mod"]), (.minimum, ["Min"]),
      (.maximum, ["Max"]), (.mean, ["Mean"]), (.negate, ["Neg"]), (.absolute, ["Abs"]), (.sign, ["Sign"]),
      (.exponential, ["Exp"]), (.logarithm, ["Log"]), (.squareRoot, ["Sqrt"]), (.reciprocal, ["Reciprocal"]),
      (.errorFunction, ["Erf"]),
      (.trigonometric, ["Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh"]),
      (.floor, ["Floor"]), (.ceiling, ["Ceil"]), (.round, ["Round"]),
      (.compare, ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"]),
      (.and, ["And", "BitwiseAnd"]), (.or, ["Or", "Xor", "BitwiseOr", "BitwiseXor", "BitShift"]),
      (.not, ["Not", "BitwiseNot"]),
      (.compare, ["IsNaN", "IsInf"]), (.select, ["Where"]), (.elu, ["Elu"]), (.selu, ["Selu"]), (.celu, ["Celu"]),
      (.softplus, ["Softplus"]), (.softsign, ["Softsign"]), (.mish, ["Mish"]),
      (.thresholded, ["ThresholdedRelu", "Shrink"]), (.convert, ["Cast", "CastLike"]),
    ]
    return Dictionary(
      uniqueKeysWithValues: functions.flatMap { function, names in
        names.map { name -> (String, Lowering) in
          // Comparisons with a kind of number take one operand.
          let isUnary = function.arity == 1...1 || name.hasPrefix("Is")
          let inputs: [Int]? = isUnary || name == "CastLike" ? [0] : nil
          let own: Elementwise = name.hasPrefix("Is") ? .not : function
          return (name, { try $0.stretched($1, .tensor(.elementwise(own)), inputs: inputs) })
        }
      })
  }()
}

extension Importer {
  /// The nodes of some inputs, brought to one rank.
  mutating func operands(_ node: SourceNode, _ inputs: [Int]) throws -> [Int] {
    let values = try inputs.map { try input(node, $0) }
    let rank = try values.map { try shape($0).rank }.max() ?? 0
    return try values.map { try operand($0, rank: rank) }
  }

  /// An operator whose operands are stretched to one shape.
  fileprivate mutating func stretched(_ node: SourceNode, _ op: Op<Expr>, inputs: [Int]? = nil) throws {
    let indices = inputs ?? node.inputs.indices.filter { node.hasInput($0) }
    guard !indices.isEmpty else { throw NotCounted("it has no inputs") }
    try conclude(op, try operands(node, indices), for: node)
  }

  private func requirePair(_ node: SourceNode) throws {
    guard node.inputs.count == 2 else { throw NotCounted("it has \(node.inputs.count) operands instead of 2") }
  }

  /// An addition; of a stored vector to what a layer without bias makes, that layer's bias.
  fileprivate mutating func add(_ node: SourceNode) throws {
    try requirePair(node)
    if try extendNormalization(node, .shift) { return }
    for (layer, vector) in [(0, 1), (1, 0)] {
      if try addBias(node, layer: layer, vector: vector) { return }
    }
    try stretched(node, .add)
  }

  /// A product; of a tensor with channels and one learned factor for each, a layer scale.
  fileprivate mutating func multiply(_ node: SourceNode) throws {
    try requirePair(node)
    if try extendNormalization(node, .scale) { return }
    for (tensor, vector) in [(0, 1), (1, 0)] {
      guard case .node(let index)? = lookUp(node.inputs[tensor]),
        case .constant(let factors)? = lookUp(node.inputs[vector]),
        factors.isLearned, factors.isSource, factors.isParameter, graph.nodes[index].output.rank > 2,
        factors.runs(along: 1, of: graph.nodes[index].output)
      else { continue }
      let scaled = try emit(.scale, [index], for: node)
      try attach([(.scale, factors)], to: scaled)
      return try define(node, .node(scaled))
    }
    if try gate(node) { return }
    if try gelu(node) { return }
    if try scaleByConstant(node) { return }
    try stretched(node, .multiply)
  }

  /// A product with one number that is known.
  private mutating func scaleByConstant(_ node: SourceNode) throws -> Bool {
    for (tensor, number) in [(0, 1), (1, 0)] {
      guard case .node(let index)? = lookUp(node.inputs[tensor]),
        case .constant(let constant)? = lookUp(node.inputs[number]),
        constant.type == .float, constant.rank <= graph.nodes[index].output.rank,
        constant.shape.allSatisfy({ $0 == .one }),
        let factor = try elements(of: constant)?.first?.constant
      else { continue }
      try conclude(.constantScale(Rational(shortest: factor)), [index], for: node)
      return true
    }
    return false
  }

  /// x · σ(x) and its hard relative are one activation, which exporters write in two.
  private mutating func gate(_ node: SourceNode) throws -> Bool {
    for (tensor, factor) in [(0, 1), (1, 0)] {
      guard case .node(let source)? = lookUp(node.inputs[tensor]), case .node(let index)? = lookUp(node.inputs[factor]),
        graph.nodes[index].inputs == [source], isReadOnce(index)
      else { continue }
      switch graph.nodes[index].op {
      case .activation(.sigmoid): graph.nodes[index].op = .activation(.silu)
      case .activation(.hardSigmoid): graph.nodes[index].op = .activation(.hardSwish)
      default: continue
      }
      if !isEvaluating { names.noteLayer(index, node) }
      try define(node, .node(index))
      return true
    }
    return false
  }

  private mutating func addBias(_ node: SourceNode, layer: Int, vector: Int) throws -> Bool {
    guard case .node(let index)? = lookUp(node.inputs[layer]), isReadOnce(index),
      case .constant(let bias)? = lookUp(node.inputs[vector]),
      bias.source != nil, !bias.isComputed
    else { return false }
    let made = graph.nodes[index]
    let axis: Int
    switch made.op {
    case .linear(let linear) where !linear.hasBias: axis = made.output.rank - 1
    case .convolution(let convolution) where !convolution.hasBias: axis = 1
    default: return false
    }
    guard bias.runs(along: axis, of: made.output) else { return false }
    switch made.op {
    case .linear(var linear):
      linear.hasBias = true
      graph.nodes[index].op = .linear(linear)
    case .convolution(var convolution):
      convolution.hasBias = true
      graph.nodes[index].op = .convolution(convolution)
    default: break
    }
    tensors[index, default: [:]][.bias] = bias.source
    noteSource(of: bias, as: .bias, at: index)
    try define(node, .node(index))
    return true
  }
}

extension Constant {
  /// Whether it has one number for each element of one axis of a tensor, and is stretched along all others.
  func runs(along axis: Int, of tensor: Shape<Expr>) -> Bool {
    let place = rank - tensor.rank + axis
    return shape.indices.contains(place) && rank <= tensor.rank && shape[place] == tensor.extents[axis]
      && shape.indices.allSatisfy { $0 == place || shape[$0] == Expr(1) }
  }
}
