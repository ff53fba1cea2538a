import ArchAlgebra

/// What can be counted of a layer.
///
/// A counting convention is a weight for each of these; no convention has code of its own. "Elements" are those of
/// the whole batch.
public enum Quantity: String, Hashable, Sendable, CaseIterable {
  /// Output elements × input channels of a group × kernel extents; zeros of the padding are multiplied too.
  case convolutionMACs
  /// Output elements of convolutions that have a bias.
  case convolutionBias
  /// Output elements × input features.
  case linearMACs
  /// Output elements of linear layers that have a bias.
  case linearBias
  /// Elements that batch normalisation scales and shifts, and those among them of layers without learned factors.
  case batchNormElements, plainBatchNormElements
  case batchNormChannels
  /// Learned scales of batch normalisations.
  case batchNormScales
  /// Learned scales and shifts of normalisations, once for each image of the batch.
  case normalizationParameterUses
  /// Elements that layer and group normalisation go over.
  case groupNormElements
  case relu, relu6, leakyRelu, sigmoid, hardSigmoid, silu, hardSwish, tanh, gelu
  case softmax, softmaxRows
  /// Elements into, elements out of, and elements out × window of pools.
  case maxPoolInput, maxPoolOutput, maxPoolWindow
  case averagePoolInput, averagePoolOutput, averagePoolWindow
  case adaptiveMaxPoolInput, adaptiveMaxPoolOutput
  /// The window of an adaptive pool is ⌊input / output⌋ along each extent.
  case adaptiveAveragePoolInput, adaptiveAveragePoolOutput, adaptiveAveragePoolWindow
  /// Operations of residual and other additions: elements × (operands − 1).
  case additions
  case multiplications
  /// Elements of local response normalisation, and those × its window.
  case lrnElements, lrnWindow
  case nearestUpsample, bilinearUpsample, bicubicUpsample
  /// Elements multiplied by a learned factor of their channel.
  case scaled
  /// Multiply-adds of products of two tensors that are both computed: attention, einsum.
  case matrixMACs
  /// Functions that have no quantity of their own: output elements × (operands − 1), and once each of one operand;
  /// conversions are none. Of recurrent layers what their gates do besides products: 1 (RNN), 8 (GRU) or 9 (LSTM) for
  /// each output element.
  case elementwise
  /// Elements that reductions go over.
  case reducedElements
}

/// Counts by quantity.
public struct Tally<D: Dimension>: Sendable, Hashable {
  public private(set) var entries: [Entry] = []

  public struct Entry: Sendable, Hashable {
    public var quantity: Quantity
    public var count: D
  }

  public init() {}

  public subscript(quantity: Quantity) -> D {
    entries.first { $0.quantity == quantity }?.count ?? D(0)
  }

  public mutating func add(_ count: D, of quantity: Quantity) throws {
    if let index = entries.firstIndex(where: { $0.quantity == quantity }) {
      entries[index].count = try entries[index].count + count
    } else {
      entries.append(Entry(quantity: quantity, count: count))
    }
  }

  mutating func add(_ other: Tally, times: D) throws {
    for entry in other.entries { try add(try entry.count * times, of: entry.quantity) }
  }

  public var macs: D { get throws { try self[.convolutionMACs] + self[.linearMACs] + self[.matrixMACs] } }
}
