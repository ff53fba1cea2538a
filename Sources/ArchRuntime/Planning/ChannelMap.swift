import ArchAlgebra
import ArchIR

/// x · scale + shift for each channel: what batch normalisation and layer scale are at inference, and what can be
/// folded into the weights of the operator before them.
struct ChannelMap: Sendable {
  var scale: [Float]
  var shift: [Float]

  static func identity(_ channels: Int) -> ChannelMap {
    ChannelMap(scale: [Float](repeating: 1, count: channels), shift: [Float](repeating: 0, count: channels))
  }

  /// The map of a node with these numbers: (x - mean) / √(variance + ε) · scale + shift.
  ///
  /// In double, so that folding does not add an error of its own.
  private init(_ weights: LayerWeights, channels: Int) {
    scale = []
    shift = []
    for channel in 0..<channels {
      let gain = weights.scale.isEmpty ? 1 : Double(weights.scale[channel])
      let offset = weights.shift.isEmpty ? 0 : Double(weights.shift[channel])
      let mean = weights.mean.isEmpty ? 0 : Double(weights.mean[channel])
      let deviation =
        weights.variance.isEmpty
        ? 1 : (Double(weights.variance[channel]) + Double(weights.epsilon)).squareRoot()
      scale.append(Float(gain / deviation))
      shift.append(Float(offset - mean * gain / deviation))
    }
  }

  /// The map of a node that is one: with its numbers, or the constant that it multiplies by.
  init(_ op: Op<Int>, _ weights: LayerWeights, channels: Int) {
    if case .constantScale(let factor) = op {
      self.init(
        scale: [Float](repeating: Float(factor.doubleValue), count: channels),
        shift: [Float](repeating: 0, count: channels))
    } else {
      self.init(weights, channels: channels)
    }
  }

  private init(scale: [Float], shift: [Float]) {
    self.scale = scale
    self.shift = shift
  }

  /// This map, then `next`.
  func followed(by next: ChannelMap) -> ChannelMap {
    var result = self
    for channel in scale.indices {
      result.scale[channel] = Float(Double(scale[channel]) * Double(next.scale[channel]))
      result.shift[channel] = Float(
        Double(shift[channel]) * Double(next.scale[channel]) + Double(next.shift[channel]))
    }
    return result
  }
}
