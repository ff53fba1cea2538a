import ArchAlgebra

/// An operator on tensors of any rank, with its axes given by number.
///
/// ``Op`` holds the layers that convolutional networks are described with: they know what a channel is. Networks that
/// come from elsewhere also reshape, transpose, multiply matrices and work on single elements; that is here.
public enum TensorOp<D: Dimension>: Hashable, Sendable {
  /// A tensor that is kept with the network.
  case stored(StoredTensor<D>)
  /// The matrix product of two tensors; extents before the last two are stretched.
  case matmul
  case einsum(Einsum)
  case elementwise(Elementwise)
  /// A learned slope for negative numbers: `slopes` of them, one for each channel or one for all.
  case parametricRelu(slopes: D)
  case softmax(axis: Int)
  case layerNormalization(LayerNormalization)
  case reduction(Reduction)
  /// The same elements in the same order.
  case reshape(Shape<D>)
  /// Axis i of the output is axis `order[i]` of the input.
  case transpose([Int])
  case concatenation(axis: Int)
  case section(Section<D>)
  case resize(Resize<D>)
  case rearrangement(Rearrangement<D>)
  case recurrent(Recurrent<D>)
  case opaque(OpaqueOperator<D>)

  public var name: String {
    switch self {
    case .stored(let tensor): tensor.isLearned ? "parameter" : "constant"
    case .matmul: "matmul"
    case .einsum: "einsum"
    case .elementwise(let function): function.rawValue
    case .parametricRelu: "prelu"
    case .softmax: "softmax"
    case .layerNormalization(let normalization): normalization.isCentred ? "layernorm" : "rmsnorm"
    case .reduction(let reduction): "reduce" + reduction.function.rawValue
    case .reshape: "reshape"
    case .transpose: "transpose"
    case .concatenation: "concat"
    case .section: "section"
    case .resize: "resize"
    case .rearrangement(let rearrangement): rearrangement.kind.rawValue
    case .recurrent(let recurrent): recurrent.kind.rawValue
    case .opaque(let op): op.name
    }
  }
}

/// A tensor that is kept with the network: read by other operators, made by none.
public struct StoredTensor<D: Dimension>: Hashable, Sendable {
  public var shape: Shape<D>
  /// Whether it counts as parameters, or is a constant of the computation.
  public var isLearned: Bool
  /// The learned numbers that it is made of, where they are not its own: of a table that is read at more places than it
  /// has, or of numbers that are stretched.
  public var parameters: D?

  public init(shape: Shape<D>, isLearned: Bool, parameters: D? = nil) {
    self.shape = shape
    self.isLearned = isLearned
    self.parameters = parameters
  }
}

/// Functions of the elements at one place; operands are stretched to one shape. What adds and multiplies is
/// ``Op/add`` and ``Op/multiply``, what has a name as an activation is ``Activation``.
public enum Elementwise: String, Hashable, Sendable, CaseIterable {
  case subtract, divide, power, modulo, minimum, maximum, mean
  case negate, absolute, sign, exponential, logarithm, squareRoot, reciprocal, errorFunction, trigonometric
  case floor, ceiling, round
  case compare, and, or, not, select
  case clip, elu, selu, celu, softplus, softsign, mish, thresholded
  case quantize, dequantize
  /// Another type or another name for the same numbers; no operation is counted.
  case convert

  /// How many operands it takes at least and at most.
  public var arity: ClosedRange<Int> {
    switch self {
    case .subtract, .divide, .power, .modulo, .compare, .and, .or: 2...2
    case .minimum, .maximum, .mean: 1...Int.max
    case .select: 3...3
    default: 1...1
    }
  }
}

/// The layer normalisation of transformers: over all extents from `axis` on, with factors of that shape.
public struct LayerNormalization: Hashable, Sendable {
  public var axis: Int
  public var hasScale: Bool
  public var hasShift: Bool
  /// Whether the mean is subtracted; RMS normalisation does not.
  public var isCentred: Bool

  public init(axis: Int, hasScale: Bool = true, hasShift: Bool = true, isCentred: Bool = true) {
    self.axis = axis
    self.hasScale = hasScale
    self.hasShift = hasShift
    self.isCentred = isCentred
  }
}

public struct Reduction: Hashable, Sendable {
  public enum Function: String, Hashable, Sendable, CaseIterable {
    case mean, sum, maximum, minimum, product, l1, l2, sumOfSquares, logarithmOfSum, logarithmOfExponentials
    case argument, cumulative
  }

  public var function: Function
  public var axes: [Int]
  /// Whether the axes stay with extent 1.
  public var keepsAxes: Bool

  public init(_ function: Function, axes: [Int], keepsAxes: Bool) {
    self.function = function
    self.axes = axes
    self.keepsAxes = keepsAxes
  }
}

/// Every `step`th element along one axis, `count` of them from `start` on; a negative step goes back.
public struct Section<D: Dimension>: Hashable, Sendable {
  public var axis: Int
  public var start: D
  public var count: D
  public var step: Int

  public init(axis: Int, start: D, count: D, step: Int = 1) {
    self.axis = axis
    self.start = start
    self.count = count
    self.step = step
  }
}

public enum ResizeMode: String, Hashable, Sendable, CaseIterable { case nearest, linear, cubic }

/// Interpolation to a given shape of the same rank.
public struct Resize<D: Dimension>: Hashable, Sendable {
  public var output: Shape<D>
  public var mode: ResizeMode

  public init(output: Shape<D>, mode: ResizeMode) {
    self.output = output
    self.mode = mode
  }
}

public enum RearrangementKind: String, Hashable, Sendable, CaseIterable {
  case expand, tile, gather, scatter, pad, reverse, sort, diagonal, window
  case depthToSpace = "pixelshuffle", spaceToDepth = "pixelunshuffle"
}

/// Elements that go somewhere else and are not computed with.
public struct Rearrangement<D: Dimension>: Hashable, Sendable {
  public var kind: RearrangementKind
  public var output: Shape<D>

  public init(_ kind: RearrangementKind, output: Shape<D>) {
    self.kind = kind
    self.output = output
  }
}

/// An operator that is not known: what it makes is told, what it costs is not.
public struct OpaqueOperator<D: Dimension>: Hashable, Sendable {
  public var name: String
  public var output: Shape<D>

  public init(name: String, output: Shape<D>) {
    self.name = name
    self.output = output
  }
}
