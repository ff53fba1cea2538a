import ArchAlgebra

/// Learned numbers and stored statistics.
public struct ParameterCount<D: Dimension>: Sendable, Hashable {
  /// Kernels of convolutions and matrices of linear layers.
  public var weights = D(0)
  public var biases = D(0)
  /// Scales and shifts of normalisations, and layer scales.
  public var normalization = D(0)
  /// Running means and variances; not learned by gradient.
  public var buffers = D(0)

  public init() {}

  public var trainable: D { get throws { try weights + biases + normalization } }
  public var total: D { get throws { try trainable + buffers } }

  mutating func add(_ other: ParameterCount, times: D) throws {
    weights = try weights + other.weights * times
    biases = try biases + other.biases * times
    normalization = try normalization + other.normalization * times
    buffers = try buffers + other.buffers * times
  }
}

/// What a layer, a block or a network costs.
public struct Cost<D: Dimension>: Sendable, Hashable {
  public var parameters = ParameterCount<D>()
  public var tally = Tally<D>()
  /// Elements that are read, of activations; 0 for a view.
  public var inputElements = D(0)
  /// Elements that are written; 0 for a view.
  public var outputElements = D(0)

  public init() {}

  public var macs: D { get throws { try tally.macs } }

  /// Each count replaced by what it is mapped to.
  func map(_ transform: (D) throws -> D) throws -> Cost {
    var result = Cost()
    result.parameters.weights = try transform(parameters.weights)
    result.parameters.biases = try transform(parameters.biases)
    result.parameters.normalization = try transform(parameters.normalization)
    result.parameters.buffers = try transform(parameters.buffers)
    for entry in tally.entries { try result.tally.add(try transform(entry.count), of: entry.quantity) }
    result.inputElements = try transform(inputElements)
    result.outputElements = try transform(outputElements)
    return result
  }

  public mutating func add(_ other: Cost, times: D = D(1)) throws {
    try parameters.add(other.parameters, times: times)
    try tally.add(other.tally, times: times)
    inputElements = try inputElements + other.inputElements * times
    outputElements = try outputElements + other.outputElements * times
  }

  /// Numbers moved between memory and the processor if nothing is kept in caches: activations read and written,
  /// and parameters and statistics read once.
  public var trafficElements: D { get throws { try inputElements + outputElements + parameters.total } }
}
