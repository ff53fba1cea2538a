import ArchAlgebra

extension Op {
  /// The same operator over another dimension type.
  public func map<T: Dimension>(_ f: (D) throws -> T) rethrows -> Op<T> {
    switch self {
    case .input: return .input
    case .convolution(let c):
      return .convolution(
        Convolution<T>(
          outputChannels: try f(c.outputChannels), kernel: try c.kernel.map(f), stride: try c.stride.map(f),
          padding: try c.padding.map(f), dilation: try c.dilation.map(f), groups: try f(c.groups), hasBias: c.hasBias,
          isTransposed: c.isTransposed, outputPadding: try c.outputPadding.map(f)))
    case .linear(let linear):
      return .linear(Linear<T>(outputFeatures: try f(linear.outputFeatures), hasBias: linear.hasBias))
    case .normalization(let n):
      return .normalization(
        Normalization<T>(kind: n.kind, hasScale: n.hasScale, hasShift: n.hasShift, groups: try f(n.groups)))
    case .activation(let activation): return .activation(activation)
    case .pool(let p):
      return .pool(
        Pool<T>(
          kind: p.kind, kernel: try p.kernel.map(f), stride: try p.stride.map(f), padding: try p.padding.map(f),
          dilation: try p.dilation.map(f), roundsUp: p.roundsUp, countsPadding: p.countsPadding))
    case .adaptivePool(let p): return .adaptivePool(AdaptivePool<T>(kind: p.kind, output: try p.output.map(f)))
    case .add: return .add
    case .multiply: return .multiply
    case .concatenation: return .concatenation
    case .permutation(.shuffle(let groups)): return .permutation(.shuffle(groups: try f(groups)))
    case .permutation(.explicit(let order)): return .permutation(.explicit(order))
    case .slice(let s): return .slice(Slice<T>(start: try f(s.start), count: try f(s.count)))
    case .padding(let padding): return .padding(try padding.map(f))
    case .channelPadding(let p):
      return .channelPadding(ChannelPadding<T>(before: try f(p.before), after: try f(p.after)))
    case .flatten: return .flatten
    case .dropout(let rate): return .dropout(rate)
    case .localResponseNormalization(let n):
      return .localResponseNormalization(LocalResponseNormalization<T>(size: try f(n.size)))
    case .upsample(let u): return .upsample(Upsample<T>(scale: try u.scale.map(f), mode: u.mode))
    case .scale: return .scale
    case .constantScale(let factor): return .constantScale(factor)
    case .tensor(let op): return .tensor(try op.map(f))
    }
  }
}

extension Padding {
  func map<T: Dimension>(_ f: (D) throws -> T) rethrows -> Padding<T> {
    Padding<T>(before: try before.map(f), after: try after.map(f))
  }
}
