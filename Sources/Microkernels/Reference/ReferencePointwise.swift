#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The C library's, under a name that the case of `Activation` does not hide.
private func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }

extension Activation {
  /// The function's value in double precision.
  public func value(_ x: Double) -> Double {
    switch self {
    case .identity: x
    case .relu: max(x, 0)
    case .relu6: min(max(x, 0), 6)
    case .leakyRelu(let slope): x < 0 ? x * Double(slope) : x
    case .sigmoid: 1 / (1 + exp(-x))
    case .hardSigmoid: min(max(x / 6 + 0.5, 0), 1)
    case .silu: x / (1 + exp(-x))
    case .hardSwish: x * min(max(x / 6 + 0.5, 0), 1)
    case .tanh: hyperbolicTangent(x)
    case .gelu: x * 0.5 * (1 + erf(x / 2.0.squareRoot()))
    case .exponential: exp(x)
    }
  }
}

extension ReferenceTensor {
  public func activated(_ function: Activation) -> ReferenceTensor {
    var result = self
    result.values = values.map { Float(function.value(Double($0))) }
    return result
  }

  public static func + (a: ReferenceTensor, b: ReferenceTensor) -> ReferenceTensor {
    var result = a
    result.values = zip(a.values, b.values).map { Float(Double($0) + Double($1)) }
    return result
  }

  /// The product with a tensor of the same shape, or with one value for each channel of each image.
  public static func * (a: ReferenceTensor, b: ReferenceTensor) -> ReferenceTensor {
    let isGate = b.height == 1 && b.width == 1
    return .make(images: a.images, channels: a.channels, height: a.height, width: a.width) {
      a[$0, $1, $2, $3] * (isGate ? b[$0, $1, 0, 0] : b[$0, $1, $2, $3])
    }
  }

  /// x · scale + shift, one of each for each channel: bias, batch normalisation.
  public func scaled(by scale: [Float], shift: [Float]) -> ReferenceTensor {
    .make(images: images, channels: channels, height: height, width: width) {
      Float(Double(self[$0, $1, $2, $3]) * Double(scale[$1]) + Double(shift[$1]))
    }
  }

  /// Output channel c is input channel `sources[c]`.
  public func gathered(_ sources: [Int]) -> ReferenceTensor {
    .make(images: images, channels: sources.count, height: height, width: width) { self[$0, sources[$1], $2, $3] }
  }

  /// e^x / Σ e^x over the channels.
  public func softmax() -> ReferenceTensor {
    .make(images: images, channels: channels, height: height, width: width) { image, channel, y, x in
      let line = (0..<channels).map { Double(self[image, $0, y, x]) }
      let largest = line.max()!
      return Float(exp(line[channel] - largest) / line.reduce(0) { $0 + exp($1 - largest) })
    }
  }

  /// x · (k + α/n · Σ x²)^-β over the n channels around.
  public func responseNormalized(size: Int, alpha: Float, beta: Float, k: Float) -> ReferenceTensor {
    .make(images: images, channels: channels, height: height, width: width) { image, channel, y, x in
      let first = channel - size / 2
      let window = max(0, first)..<min(channels, first + size)
      let sum = window.reduce(0.0) { $0 + Double(self[image, $1, y, x]) * Double(self[image, $1, y, x]) }
      let base = Double(k) + Double(alpha) / Double(size) * sum
      return Float(Double(self[image, channel, y, x]) * pow(base, -Double(beta)))
    }
  }
}
