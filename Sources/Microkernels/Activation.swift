/// The pointwise functions of the language.
public enum Activation: Hashable, Sendable {
  case identity
  case relu
  case relu6
  case leakyRelu(slope: Float)
  case sigmoid
  /// min(max(x/6 + 1/2, 0), 1)
  case hardSigmoid
  /// x · sigmoid(x)
  case silu
  /// x · hardSigmoid(x)
  case hardSwish
  case tanh
  /// x · Φ(x), with the exact normal distribution function.
  case gelu
  case exponential

  /// The bounds that the function is, where it is nothing else: kernels apply those in their registers.
  public var bounds: (low: Float, high: Float)? {
    switch self {
    case .identity: (-.infinity, .infinity)
    case .relu: (0, .infinity)
    case .relu6: (0, 6)
    default: nil
    }
  }
}

/// `output[i] = f(input[i])` for `vectors` vectors; in place is allowed.
@_alwaysEmitIntoClient @inline(__always)
func activate<V: FloatVector>(
  _: V.Type, _ function: Activation, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, vectors: Int
) {
  let zero = V(repeating: 0)
  let infinity = V(repeating: .infinity)
  switch function {
  case .identity: map(V.self, input, output, vectors) { $0 }
  case .relu: map(V.self, input, output, vectors) { $0.clamped(zero, infinity) }
  case .relu6: map(V.self, input, output, vectors) { $0.clamped(zero, V(repeating: 6)) }
  case .leakyRelu(let slope):
    map(V.self, input, output, vectors) {
      Transcendental<V>.choose($0, $0 * V(repeating: slope), whereNotNegative: $0)
    }
  case .sigmoid: map(V.self, input, output, vectors) { Transcendental<V>.sigmoid($0) }
  case .hardSigmoid: map(V.self, input, output, vectors) { hardSigmoid($0) }
  case .silu: map(V.self, input, output, vectors) { $0 * Transcendental<V>.sigmoid($0) }
  case .hardSwish: map(V.self, input, output, vectors) { $0 * hardSigmoid($0) }
  case .tanh: map(V.self, input, output, vectors) { Transcendental<V>.tanh($0) }
  case .gelu:
    map(V.self, input, output, vectors) {
      let phi = V(repeating: 1) + Transcendental<V>.erf($0 * V(repeating: 0.707_106_77))
      return $0 * V(repeating: 0.5) * phi
    }
  case .exponential: map(V.self, input, output, vectors) { Transcendental<V>.exp($0) }
  }
}

@_alwaysEmitIntoClient @inline(__always)
func hardSigmoid<V: FloatVector>(_ x: V) -> V {
  V.multiplyAdd(V(repeating: 0.5), x, V(repeating: 1 / 6)).clamped(V(repeating: 0), V(repeating: 1))
}

@_alwaysEmitIntoClient @inline(__always)
func map<V: FloatVector>(
  _: V.Type, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ vectors: Int, _ body: (V) -> V
) {
  var index = 0
  while index < vectors {
    body(V.load(input + index * V.scalarCount)).store(output + index * V.scalarCount)
    index += 1
  }
}
