import ArchAlgebra
import ArchIR

/// The numbers that a layer has besides its attributes; empty where it has none.
public struct LayerWeights: Sendable {
  /// Convolution: (output channels, input channels of a group, kernel extents), transposed: (input channels, output
  /// channels of a group, kernel extents). Linear: (output features, input features).
  public var kernel: any NumberSource = [Float]()
  /// The kernel, all of it in memory.
  public var weights: [Float] {
    get { kernel.values }
    set { kernel = newValue }
  }
  public var bias: [Float] = []
  /// Of a normalisation or a layer scale, one for each channel.
  public var scale: [Float] = []
  public var shift: [Float] = []
  /// Running statistics of batch normalisation.
  public var mean: [Float] = []
  public var variance: [Float] = []
  /// Added to a variance before its square root is taken.
  public var epsilon = normalizationEpsilon

  public init() {}
}

/// Where the numbers of a network come from.
public protocol NetworkWeights: Sendable {
  /// The numbers of a node of the graph; asked once for each node.
  func weights(ofNode node: Int, in graph: Graph<Int>) -> LayerWeights
}

/// What is added to variances where nothing else is said.
public let normalizationEpsilon: Float = 1e-5
