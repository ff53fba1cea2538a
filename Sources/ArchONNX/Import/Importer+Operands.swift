import ArchAlgebra
import ArchIR

// What lowerings are written with.

extension Importer {
  /// The value of an input.
  func input(_ node: SourceNode, _ index: Int) throws -> Value {
    guard node.hasInput(index), let value = lookUp(node.inputs[index]) else {
      throw NotCounted("it has no input \(index)")
    }
    return value
  }

  func shape(_ value: Value) throws -> Shape<Expr> {
    switch value {
    case .node(let index): return graph.nodes[index].output
    case .constant(let constant): return Shape(constant.shape)
    case .missing(let reason): throw NotCounted(reason)
    }
  }

  func shape(_ node: SourceNode, _ index: Int) throws -> Shape<Expr> { try shape(try input(node, index)) }

  /// An input that does not depend on what goes into the network.
  func constant(_ node: SourceNode, _ index: Int) throws -> Constant {
    guard case .constant(let constant) = try input(node, index) else {
      throw NotCounted("its input \(index) is computed where a stored tensor is expected")
    }
    return constant
  }

  /// The elements of a constant input; `nil` where it is left out.
  func elements(_ node: SourceNode, _ index: Int) throws -> [Expr]? {
    guard node.hasInput(index) else { return nil }
    guard let elements = try elements(of: try constant(node, index)) else {
      throw NotCounted("the values of its input \(index) are not known")
    }
    return elements
  }

  /// The elements of a constant input as numbers; `nil` where it is left out.
  func integers(_ node: SourceNode, _ index: Int) throws -> [Int]? {
    try elements(node, index)?.map { element in
      guard let integer = element.integerConstant else {
        throw NotCounted("its input \(index) is \(element), which is no number")
      }
      return integer
    }
  }

  /// The elements of a constant, read from the file where they are few.
  func elements(of constant: Constant) throws -> [Expr]? {
    if let elements = constant.elements { return elements }
    guard constant.isSource, let source = constant.source else { return nil }
    switch try source.elements(limit: ModelLimits.knownElements) {
    case .integers(let integers): return integers.map { Expr($0) }
    case .numbers(let numbers):
      let exact = numbers.compactMap(Rational.init(exactly:))
      return exact.count == numbers.count ? exact.map { Expr($0) } : nil
    case nil: return nil
    }
  }

  // MARK: Operands

  /// The node that makes an input, in the graph if need be as a stored tensor.
  mutating func operand(_ node: SourceNode, _ index: Int) throws -> Int { try operand(try input(node, index)) }

  /// - Parameter rank: the rank that a constant is brought to, with ones before its extents.
  mutating func operand(_ value: Value, rank: Int = 0) throws -> Int {
    switch value {
    case .missing(let reason): throw NotCounted(reason)
    case .node(let index):
      let shape = graph.nodes[index].output
      guard shape.rank < rank else { return index }
      let wider = Shape(Array(repeating: Expr(1), count: rank - shape.rank) + shape.extents)
      return try emit(.tensor(.reshape(wider)), [index], named: graph.nodes[index].name + ".reshape")
    case .constant(let constant):
      let shape = Shape(Array(repeating: Expr(1), count: max(0, rank - constant.rank)) + constant.shape)
      // What is computed of a stored tensor may be anything of its shape: its transpose has other numbers.
      let key =
        isEvaluating || !constant.isStored
        ? nil : constant.part.map { "\($0.position)/\(frames.count)/\(shape.extents)" }
      if let key, let known = stored[key] { return known }
      let isLearned = constant.isLearned
      let name = constant.source?.name ?? "constant"
      let index = try emit(
        .tensor(.stored(StoredTensor(shape: shape, isLearned: isLearned))), [], named: name.isEmpty ? "constant" : name)
      if let key {
        stored[key] = index
        storedOrder.append((key, index))
      }
      if let source = constant.source, !isEvaluating {
        if constant.isSource { tensors[index] = [.value: source] }
        if isLearned { try ownAll(index, constant) }
      }
      if !isEvaluating, !constant.isStored { note(constant, at: index) }
      return index
    }
  }

  /// What a constant is that is not stored as it is; nothing, where that is not followed.
  private mutating func note(_ constant: Constant, at index: Int) {
    if let elements = constant.elements?.compactMap(\.constant), elements.count == constant.elements?.count {
      details[index, default: .init()].elements = elements.map { Float($0.doubleValue) }
    } else {
      details[index, default: .init()].loss = "a constant is computed of stored tensors"
    }
  }

  /// The node's operator has the parameters of a tensor, unless an earlier node has them.
  private mutating func own(_ node: Int, _ constant: Constant) {
    guard let part = constant.part else { return }
    if let owner = ownership.owner(of: part) {
      graph.nodes[node].parametersOf = owner
    } else {
      ownership.claim(part, for: node)
    }
  }

  /// A stored tensor has the parameters of all that it is made of, but for those that earlier nodes have.
  private mutating func ownAll(_ node: Int, _ constant: Constant) throws {
    let owner = ownership.owner(of: constant)
    let parameters = try ownership.claimAll(of: constant, for: node)
    if parameters.isZero, let owner {
      graph.nodes[node].parametersOf = owner
    } else if case .tensor(.stored(var tensor)) = graph.nodes[node].op, try tensor.shape.elements() != parameters {
      tensor.parameters = parameters
      graph.nodes[node].op = .tensor(.stored(tensor))
    }
  }

  // MARK: Nodes

  @discardableResult
  mutating func append(_ node: Node<Expr>, origin: String) -> Int {
    graph.nodes.append(node)
    origins.append(origin)
    return graph.nodes.count - 1
  }

  mutating func emit(_ op: Op<Expr>, _ inputs: [Int], named name: String) throws -> Int {
    var node = Node(name: frames[frames.count - 1].prefix + name, op: op, inputs: inputs, output: Shape([]))
    node.output = try op.outputShape(of: inputs.map { graph.nodes[$0].output })
      .map { $0.constant == nil ? try $0.simplified(assuming: known) : $0 }
    return append(node, origin: name)
  }

  /// Adds an operator that a node of the file stands for.
  mutating func emit(_ op: Op<Expr>, _ inputs: [Int], for node: SourceNode) throws -> Int {
    let index = try emit(op, inputs, named: node.name)
    if !isEvaluating { names.note(index, node) }
    return index
  }

  /// Adds an operator whose tensor is an output of a node of the file.
  mutating func conclude(_ op: Op<Expr>, _ inputs: [Int], for node: SourceNode, output: Int = 0) throws {
    let index = try emit(op, inputs, for: node)
    try define(node, .node(index), output: output)
  }

  mutating func define(_ node: SourceNode, _ value: Value, output: Int = 0) throws {
    guard output < node.outputs.count else { return }
    try define(node.outputs[output], value, by: node.name, at: node.offset)
  }

  /// The tensors that an operator has taken from the file; the first one that is a parameter names the node and owns its
  /// parameters, unless one that it has had before does.
  mutating func attach(_ tensors: [(TensorRole, Constant)], to index: Int) throws {
    if isEvaluating { return }
    let isOwned = !(self.tensors[index] ?? [:]).isEmpty
    for (role, constant) in tensors {
      guard let source = constant.source else {
        if try !changesNothing(constant, as: role) {
          details[index, default: .init()].loss = "its \(role.rawValue) is computed, not stored"
        }
        continue
      }
      self.tensors[index, default: [:]][role] = source
      noteSource(of: constant, as: role, at: index)
    }
    let parameters = tensors.map(\.1).filter(\.isParameter)
    if !isOwned, let first = parameters.first ?? tensors.first?.1, let source = first.source {
      names.note(index, weight: source.name)
      own(index, first)
    }
    for constant in parameters { ownership.claim(constant.part!, for: index) }
  }

  /// Whether all numbers of a tensor are those that a layer without it would have.
  func changesNothing(_ constant: Constant, as role: TensorRole) throws -> Bool {
    guard let neutral = role.neutral, let elements = try elements(of: constant) else { return false }
    return elements.allSatisfy { $0 == Expr(neutral) }
  }

  /// A tensor that was computed of a stored one is counted as that one, but its numbers are others.
  mutating func noteSource(of constant: Constant, as role: TensorRole, at index: Int) {
    guard !constant.isStored else { return }
    details[index, default: .init()].loss = "its \(role.rawValue) is computed of stored tensors"
  }

  /// An axis, counted from the end if it is negative.
  func axis(_ axis: Int, rank: Int) throws -> Int {
    let result = axis < 0 ? axis &+ rank : axis
    guard (0..<max(1, rank)).contains(result) else {
      throw NotCounted("there is no axis \(axis) in a tensor of rank \(rank)")
    }
    return result
  }
}

extension Rational {
  /// The exact value of a number that is not too large or too finely divided for 64-bit fractions.
  init?(exactly number: Double) {
    guard number.isFinite else { return nil }
    if let integer = Int(exactly: number) {
      self.init(integer)
      return
    }
    // Below the binary point there are as many digits as the significand has after the exponent.
    let digits = number.significandWidth - Int(number.exponent)
    guard (0...62).contains(digits), let scaled = Int(exactly: number * Double(1 << digits)),
      let value = try? Rational(scaled, 1 << digits)
    else { return nil }
    self = value
  }
}
