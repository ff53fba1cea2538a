import ArchAlgebra

/// An operator with its attributes: what one layer does to the tensors that come in.
///
/// Every switch over the operators is exhaustive, so that a new one is met by shape inference, by the cost rules
/// and by the executor, or does not compile.
public enum Op<D: Dimension>: Hashable, Sendable {
  /// A tensor from outside.
  case input
  case convolution(Convolution<D>)
  case linear(Linear<D>)
  case normalization(Normalization<D>)
  case activation(Activation)
  case pool(Pool<D>)
  case adaptivePool(AdaptivePool<D>)
  /// The sum of all inputs; extents of 1 are stretched.
  case add
  /// The product of all inputs; extents of 1 are stretched, as squeeze-and-excitation needs.
  case multiply
  /// The inputs one after the other along the channels.
  case concatenation
  case permutation(Permutation<D>)
  /// Some consecutive channels.
  case slice(Slice<D>)
  case padding(Padding<D>)
  case channelPadding(ChannelPadding<D>)
  /// `[N, C, H, W]` to `[N, C·H·W]`.
  case flatten
  /// Nothing at inference.
  case dropout(Rational)
  case localResponseNormalization(LocalResponseNormalization<D>)
  case upsample(Upsample<D>)
  /// A learned factor for each channel, as ConvNeXt's layer scale.
  case scale
  /// Every element times a constant, as residuals are damped.
  case constantScale(Rational)
  /// What is no layer of its own: axes given by number, any rank.
  case tensor(TensorOp<D>)

  /// The operator's name in specifications and reports.
  public var name: String {
    switch self {
    case .input: "input"
    case .convolution(let convolution): convolution.isTransposed ? "convtranspose" : "conv"
    case .linear: "linear"
    case .normalization(let normalization): normalization.kind.rawValue
    case .activation(let activation): activation.name
    case .pool(let pool): pool.kind.rawValue + "pool"
    case .adaptivePool(let pool): (pool.isGlobal ? "" : "adaptive") + pool.kind.rawValue + "pool"
    case .add: "add"
    case .multiply: "multiply"
    case .concatenation: "concat"
    case .permutation(.shuffle): "shuffle"
    case .permutation(.explicit): "permute"
    case .slice: "slice"
    case .padding: "pad"
    case .channelPadding: "padchannels"
    case .flatten: "flatten"
    case .dropout: "dropout"
    case .localResponseNormalization: "lrn"
    case .upsample: "upsample"
    case .scale: "scale"
    case .constantScale: "scaleby"
    case .tensor(let op): op.name
    }
  }

  /// Whether the output is the input's memory under another shape: no work, no new tensor.
  public var isView: Bool {
    switch self {
    case .flatten, .dropout: true
    case .activation(.identity), .tensor(.reshape): true
    default: false
    }
  }

  /// Whether the output is kept with the network and takes no part in a run but to be read.
  public var isStored: Bool {
    if case .tensor(.stored) = self { true } else { false }
  }

  /// Whether the output is a constant of the computation: neither work nor parameters.
  public var isConstant: Bool {
    if case .tensor(.stored(let tensor)) = self { !tensor.isLearned } else { false }
  }
}

/// A convolution or its transpose, over any number of spatial extents.
public struct Convolution<D: Dimension>: Hashable, Sendable {
  public var outputChannels: D
  public var kernel: [D]
  public var stride: [D]
  public var padding: Padding<D>
  public var dilation: [D]
  public var groups: D
  public var hasBias: Bool
  public var isTransposed = false
  /// Rows and columns added at the end of a transposed convolution's output.
  public var outputPadding: [D]

  public init(
    outputChannels: D, kernel: [D], stride: [D], padding: Padding<D>, dilation: [D], groups: D = D(1),
    hasBias: Bool = false, isTransposed: Bool = false, outputPadding: [D] = []
  ) {
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.hasBias = hasBias
    self.isTransposed = isTransposed
    self.outputPadding = outputPadding.isEmpty ? kernel.map { _ in D(0) } : outputPadding
  }
}

/// Zeros around the spatial extents: so many before the first and after the last element of each.
public struct Padding<D: Dimension>: Hashable, Sendable {
  public var before: [D]
  public var after: [D]

  public init(before: [D], after: [D]) {
    self.before = before
    self.after = after
  }

  /// Top, left, bottom, right: as ONNX orders them.
  public var sides: [D] { before + after }
}

/// A fully connected layer on the last extent.
public struct Linear<D: Dimension>: Hashable, Sendable {
  public var outputFeatures: D
  public var hasBias: Bool

  public init(outputFeatures: D, hasBias: Bool = true) {
    self.outputFeatures = outputFeatures
    self.hasBias = hasBias
  }
}

public enum NormalizationKind: String, Hashable, Sendable, CaseIterable {
  case batch = "bn", layer = "layernorm", group = "groupnorm"
}

public struct Normalization<D: Dimension>: Hashable, Sendable {
  public var kind: NormalizationKind
  public var hasScale: Bool
  public var hasShift: Bool
  public var groups: D

  public init(kind: NormalizationKind = .batch, hasScale: Bool = true, hasShift: Bool = true, groups: D = D(1)) {
    self.kind = kind
    self.hasScale = hasScale
    self.hasShift = hasShift
    self.groups = groups
  }
}

public enum Activation: Hashable, Sendable {
  case relu, relu6, sigmoid, hardSigmoid, silu, hardSwish, tanh, gelu, softmax, identity
  case leakyRelu(slope: Rational)

  public var name: String {
    switch self {
    case .relu: "relu"
    case .relu6: "relu6"
    case .sigmoid: "sigmoid"
    case .hardSigmoid: "hardsigmoid"
    case .silu: "silu"
    case .hardSwish: "hardswish"
    case .tanh: "tanh"
    case .gelu: "gelu"
    case .softmax: "softmax"
    case .identity: "identity"
    case .leakyRelu: "leakyrelu"
    }
  }
}

public enum PoolKind: String, Hashable, Sendable, CaseIterable {
  case max
  case average = "avg"
}

public struct Pool<D: Dimension>: Hashable, Sendable {
  public var kind: PoolKind
  public var kernel: [D]
  public var stride: [D]
  public var padding: Padding<D>
  public var dilation: [D]
  /// Whether a last window that is not full counts.
  public var roundsUp: Bool
  /// Whether an average divides by the padded zeros too.
  public var countsPadding: Bool

  public init(
    kind: PoolKind, kernel: [D], stride: [D], padding: Padding<D>, dilation: [D]? = nil, roundsUp: Bool = false,
    countsPadding: Bool = true
  ) {
    self.kind = kind
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation ?? kernel.map { _ in D(1) }
    self.roundsUp = roundsUp
    self.countsPadding = countsPadding
  }
}

/// A pool to a given output size; global pooling is the one to 1×1.
public struct AdaptivePool<D: Dimension>: Hashable, Sendable {
  public var kind: PoolKind
  public var output: [D]

  public init(kind: PoolKind, output: [D]) {
    self.kind = kind
    self.output = output
  }

  /// Whether each channel becomes one number.
  public var isGlobal: Bool { output.allSatisfy { $0 == D(1) } }
}

/// A reordering of channels.
public enum Permutation<D: Dimension>: Hashable, Sendable {
  /// Channels seen as a `groups` × (C / groups) matrix, transposed: output channel m·groups + l is input l·(C/groups) + m.
  case shuffle(groups: D)
  /// Output channel i is input channel `order[i]`.
  case explicit([Int])
}

public struct Slice<D: Dimension>: Hashable, Sendable {
  public var start: D
  public var count: D

  public init(start: D, count: D) {
    self.start = start
    self.count = count
  }
}

/// Channels of zeros before and after those of the input, as in shortcuts without parameters.
public struct ChannelPadding<D: Dimension>: Hashable, Sendable {
  public var before: D
  public var after: D

  public init(before: D, after: D) {
    self.before = before
    self.after = after
  }
}

public struct LocalResponseNormalization<D: Dimension>: Hashable, Sendable {
  public var size: D

  public init(size: D) { self.size = size }
}

public enum UpsampleMode: String, Hashable, Sendable, CaseIterable { case nearest, bilinear }

public struct Upsample<D: Dimension>: Hashable, Sendable {
  public var scale: [D]
  public var mode: UpsampleMode

  public init(scale: [D], mode: UpsampleMode = .nearest) {
    self.scale = scale
    self.mode = mode
  }
}
