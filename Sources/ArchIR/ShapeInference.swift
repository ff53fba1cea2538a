import ArchAlgebra

extension Op {
  /// The shape of the operator's output for inputs of the given shapes.
  ///
  /// - Throws: ``ShapeError`` where the operator cannot be applied to them, ``ArithmeticError`` where an extent
  ///   leaves the range of integers. What depends on the values of symbols is taken to hold.
  @_specialize(where D == Int)
  @_specialize(where D == Expr)
  public func outputShape(of inputs: [Shape<D>]) throws -> Shape<D> {
    var decisions = StructuralDecisions<D>()
    return try outputShape(of: inputs, deciding: &decisions)
  }

  /// The shape of the operator's output, where `decisions` says what depends on the values of symbols.
  ///
  /// - Throws: as ``outputShape(of:)``, and what the decisions throw.
  public func outputShape(
    of inputs: [Shape<D>], deciding decisions: inout some ExtentDecisions<D>
  ) throws -> Shape<D> {
    if case .input = self {
      throw ShapeError("an input has no operands", .input, cause: "its shape is given, not inferred")
    }
    if case .tensor(let op) = self { return try op.outputShape(of: inputs) }
    try requireArity(inputs.count)
    let input = inputs[0]
    try requireRank(input)
    switch self {
    case .input, .tensor: return input
    case .convolution(let convolution): return try convolution.outputShape(of: input, deciding: &decisions)
    case .linear(let linear): return try linear.outputShape(of: input)
    case .normalization(let normalization):
      try require(
        normalization.groups, divides: input.channels, .groups, "groups must divide the channels", deciding: &decisions)
      return input
    case .activation, .dropout, .scale, .constantScale: return input
    case .localResponseNormalization(let normalization):
      try requirePositive(normalization.size, .size, "the window of the normalization")
      return input
    case .pool(let pool): return try pool.outputShape(of: input)
    case .adaptivePool(let pool): return try pool.outputShape(of: input)
    case .add, .multiply: return try inputs.stretched(for: name, deciding: &decisions)
    case .concatenation: return try inputs.concatenated(along: 1, for: name, deciding: &decisions)
    case .permutation(let permutation): return try permutation.outputShape(of: input, deciding: &decisions)
    case .slice(let slice): return try slice.outputShape(of: input)
    case .padding(let padding):
      return Shape(Array(input.extents.prefix(2)) + (try padding.padded(input.spatial)))
    case .channelPadding(let padding): return try padding.outputShape(of: input)
    case .flatten: return Shape([input.batch, try product(input.extents.dropFirst())])
    case .upsample(let upsample): return try upsample.outputShape(of: input)
    }
  }

  private func requireArity(_ count: Int) throws {
    let fits: Bool
    switch self {
    case .add, .multiply, .concatenation: fits = count >= 1
    default: fits = count == 1
    }
    guard fits else { throw ShapeError("\(name) takes another number of inputs", .input, cause: "it has \(count)") }
  }

  /// Operators on channels need channels.
  private func requireRank(_ input: Shape<D>) throws {
    let least: Int
    switch self {
    case .add, .multiply, .dropout, .constantScale: least = 0
    case .activation(let activation): least = activation == .softmax ? 2 : 0
    case .linear: least = 1
    default: least = 2
    }
    guard input.rank >= least else {
      throw ShapeError(
        "\(name) needs \(least == 1 ? "features" : "a batch and channels")", .input,
        cause: "the input has rank \(input.rank)")
    }
  }
}

// MARK: Requirements

func requirePositive<D: Dimension>(_ value: D, _ culprit: ShapeError.Culprit, _ what: String) throws {
  if let order = try value.ordered(against: D(1)), order < 0 {
    throw ShapeError("\(what) must be at least 1", culprit, cause: "it is \(value)")
  }
}

func requireNotNegative<D: Dimension>(_ value: D, _ culprit: ShapeError.Culprit, _ what: String) throws {
  if let order = try value.ordered(against: D(0)), order < 0 {
    throw ShapeError("\(what) must not be negative", culprit, cause: "it is \(value)")
  }
}

func require<D: Dimension>(
  _ divisor: D, divides value: D, _ culprit: ShapeError.Culprit, _ message: String,
  deciding decisions: inout some ExtentDecisions<D>
) throws {
  try requirePositive(divisor, culprit, "the number of groups")
  if try decisions.isMultiple(value, of: divisor) == false {
    throw ShapeError(message, culprit, cause: "\(divisor) does not divide \(value)")
  }
}

func requireSpatial<D: Dimension>(_ input: Shape<D>, _ count: Int, _ what: String) throws {
  guard input.rank == count + 2 else {
    throw ShapeError(
      "\(what) needs \(count) spatial extents", .input,
      cause: input.rank == 2 ? "the input is a vector of \(input)" : "the input is \(input)")
  }
}
