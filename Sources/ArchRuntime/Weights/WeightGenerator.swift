/// Weights for networks that bring none: normal-looking, seeded, the same bits on every machine.
///
/// A value depends on the seed, the tensor's number and its own place and on nothing else, so tensors can be made in
/// any order and on any thread. Everything up to the last multiplication is integer arithmetic: no library's logarithm
/// or cosine has a say.
public struct WeightGenerator: Sendable {
  public let seed: UInt64

  public init(seed: UInt64) { self.seed = seed }

  /// A random number for each place of each tensor (SplitMix64 of Steele, Lea and Flood as a hash).
  func bits(tensor: Int, index: Int) -> UInt64 { Self.bits(start(ofTensor: tensor), index) }

  private func start(ofTensor tensor: Int) -> UInt64 {
    Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(bitPattern: Int64(tensor &+ 1)))
  }

  private static func bits(_ start: UInt64, _ index: Int) -> UInt64 {
    mix(start &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(bitPattern: Int64(index &+ 1)))
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Close to normal with mean 0 and variance 1: the sum of four uniform 16-bit numbers, centred (Irwin and Hall).
  public func normal(tensor: Int, index: Int) -> Float { Self.normal(bits(tensor: tensor, index: index)) }

  private static func normal(_ z: UInt64) -> Float {
    let sum = Int32(z & 0xFFFF) + Int32(z >> 16 & 0xFFFF) + Int32(z >> 32 & 0xFFFF) + Int32(z >> 48)
    // Four times the variance of a uniform 16-bit number is (65536² - 1) / 3.
    return Float(sum - 2 * 65535) * Float(1 / 37837.227)
  }

  /// Variance gain / fanIn, which keeps the scale of activations: with a gain of 2 through relu layers (He et al.,
  /// arXiv:1502.01852), with 1 through linear ones.
  public func kernel(tensor: Int, count: Int, fanIn: Int, gain: Float = 2, scale: Float = 1) -> Kernel {
    Kernel(
      start: start(ofTensor: tensor), deviation: (gain / Float(max(fanIn, 1))).squareRoot() * scale, count: count)
  }

  /// Normal-looking numbers, made where they are wanted.
  public struct Kernel: NumberSource {
    fileprivate let start: UInt64
    fileprivate let deviation: Float
    public let count: Int

    public func read(from first: Int, into target: UnsafeMutableBufferPointer<Float>) {
      for place in target.indices {
        target.initializeElement(at: place, to: normal(bits(start, first + place)) * deviation)
      }
    }
  }

  /// Uniform over [low, high).
  public func uniform(tensor: Int, count: Int, in range: Range<Float>) -> [Float] {
    let width = range.upperBound - range.lowerBound
    return (0..<count).map {
      let fraction = Float(bits(tensor: tensor, index: $0) >> 40) * (1 / 16_777_216)
      return range.lowerBound + fraction * width
    }
  }
}
