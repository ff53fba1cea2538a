import ArchAlgebra
import ArchIR

/// How the language writes an operator of a graph.
enum Spelling {
  /// - Parameter input: the shape of what comes in.
  /// - Returns: `nil` for what the language has no operator for.
  static func step(_ op: Op<Int>, input: Shape<Int>) -> Step? {
    switch op {
    case .input, .tensor: return nil
    case .convolution(let convolution): return step(convolution, input: input)
    case .linear(let linear):
      return input.rank == 2 || input.rank > 2 && input.spatial.allSatisfy { $0 == 1 }
        ? call("linear", ["out": .number(linear.outputFeatures), "bias": .flag(linear.hasBias)]) : nil
    case .normalization(let n):
      var values: [String: ArgumentValue] = ["scale": .flag(n.hasScale), "shift": .flag(n.hasShift)]
      if n.kind == .group { values["groups"] = n.groups == input.channels ? .input : .number(n.groups) }
      return call(n.kind.rawValue, values)
    case .activation(let activation): return call(activation.name, values(activation))
    case .pool(let pool): return step(pool, input: input)
    case .adaptivePool(let pool) where pool.output.count == 2:
      if pool.isGlobal {
        return Step(.call(pool.kind.rawValue + "pool"), [.init(name: "kernel", value: .word("global"))])
      }
      return call("adaptive" + pool.kind.rawValue + "pool", ["out": .pair(pool.output)])
    case .add: return Step(.merge(.add))
    case .multiply: return Step(.merge(.multiply))
    case .concatenation: return Step(.merge(.concat))
    case .permutation(.shuffle(let groups)): return call("shuffle", ["groups": .number(groups)])
    case .permutation(.explicit(let order)): return call("permute", ["order": .list(order)])
    case .slice(let slice):
      let parts = slice.count > 0 && input.channels % slice.count == 0 && slice.start % slice.count == 0
      return parts && input.channels > slice.count
        ? call("split", ["parts": .number(input.channels / slice.count), "index": .number(slice.start / slice.count)])
        : call("slice", ["start": .number(slice.start), "count": .number(slice.count)])
    case .padding(let padding) where padding.before.count == 2: return call("pad", ["padding": .padding(padding)])
    case .channelPadding(let padding):
      return call("padchannels", ["before": .number(padding.before), "after": .number(padding.after)])
    case .flatten: return call("flatten", [:])
    case .dropout(let rate): return call("dropout", ["rate": .fraction(rate)])
    case .localResponseNormalization(let normalization): return call("lrn", ["size": .number(normalization.size)])
    case .upsample(let upsample) where upsample.scale.count == 2:
      return call("upsample", ["scale": .pair(upsample.scale), "mode": .word(upsample.mode.rawValue)])
    case .scale: return call("scale", [:])
    case .constantScale(let factor): return call("scaleby", ["factor": .fraction(factor)])
    case .adaptivePool, .padding, .upsample: return nil
    }
  }

  /// The operator with the arguments that the language has for it, in its order.
  private static func call(_ name: String, _ values: [String: ArgumentValue]) -> Step {
    let standards: [String: ArgumentValue] = [
      "stride": .number(1), "padding": .word("half"), "dilation": .number(1), "groups": .number(1),
      "outputpadding": .number(0),
      "scale": .word("true"), "shift": .word("true"), "ceil": .word("false"), "countpadding": .word("true"),
      "mode": .word("nearest"),
    ]
    let own: [String: ArgumentValue] =
      switch name {
      case "conv": ["bias": .word("false")]
      case "convtranspose": ["bias": .word("false"), "padding": .number(0)]
      case "maxpool", "avgpool": values["kernel"].map { ["stride": $0] } ?? [:]
      case "linear": ["bias": .word("true")]
      case "leakyrelu": ["slope": .fraction(.hundredth)]
      case "dropout": ["rate": .fraction(.half)]
      case "lrn": ["size": .number(5)]
      default: [:]
      }
    let arguments = Operators.byName[name]?.arguments ?? []
    return Step(
      .call(name),
      arguments.compactMap { argument in
        values[argument.name].map { value in
          Step.Argument(
            name: argument.name, value: value,
            standard: argument.standard == nil ? nil : own[argument.name] ?? standards[argument.name])
        }
      })
  }

  private static func values(_ activation: Activation) -> [String: ArgumentValue] {
    switch activation {
    case .leakyRelu(let slope): ["slope": .fraction(slope)]
    case .relu, .relu6, .sigmoid, .hardSigmoid, .silu, .hardSwish, .tanh, .gelu, .softmax, .identity: [:]
    }
  }

  private static func step(_ c: Convolution<Int>, input: Shape<Int>) -> Step? {
    guard c.kernel.count == 2 else { return nil }
    let isDepthwise = c.groups == input.channels && c.groups > 1
    var values: [String: ArgumentValue] = [
      "kernel": .kernel(c.kernel),
      "out": isDepthwise && c.outputChannels == input.channels ? .input : .number(c.outputChannels),
      "stride": .pair(c.stride), "dilation": .pair(c.dilation), "groups": isDepthwise ? .input : .number(c.groups),
      "bias": .flag(c.hasBias),
    ]
    guard c.isTransposed else {
      values["padding"] = .padding(c.padding, kernel: c.kernel, stride: c.stride, dilation: c.dilation, input: input)
      return call("conv", values)
    }
    values["padding"] = .padding(c.padding)
    values["outputpadding"] = .pair(c.outputPadding)
    return call("convtranspose", values)
  }

  private static func step(_ p: Pool<Int>, input: Shape<Int>) -> Step? {
    guard p.kernel.count == 2 else { return nil }
    let isMaximum = p.kind == .max
    // An average pool has no dilation in the language.
    guard isMaximum || p.dilation.allSatisfy({ $0 == 1 }) else { return nil }
    var values: [String: ArgumentValue] = [
      "kernel": .kernel(p.kernel), "stride": .pair(p.stride), "ceil": .flag(p.roundsUp),
      "padding": .padding(p.padding, kernel: p.kernel, stride: p.stride, dilation: p.dilation, input: input),
    ]
    if isMaximum {
      values["dilation"] = .pair(p.dilation)
    }
    // Where there is no padding it makes no difference.
    else {
      values["countpadding"] = .flag(p.countsPadding || p.padding.sides.allSatisfy { $0 == 0 } && !p.roundsUp)
    }
    return call(p.kind.rawValue + "pool", values)
  }
}

extension Rational {
  fileprivate static let hundredth = try! Rational(1, 100)
  fileprivate static let half = try! Rational(1, 2)
}

extension ArgumentValue {
  fileprivate static func flag(_ value: Bool) -> ArgumentValue { .word(value ? "true" : "false") }

  /// One number for both extents where they are equal.
  fileprivate static func pair(_ extents: [Int]) -> ArgumentValue {
    extents[0] == extents[1] ? .number(extents[0]) : .sides(extents)
  }

  fileprivate static func kernel(_ extents: [Int]) -> ArgumentValue { .size(extents[0], extents[1]) }

  fileprivate static func padding(_ padding: Padding<Int>) -> ArgumentValue {
    padding.before == padding.after ? pair(padding.before) : .sides(padding.sides)
  }

  /// The padding of a window by the name of its rule, if one gives it.
  fileprivate static func padding(
    _ padding: Padding<Int>, kernel: [Int], stride: [Int], dilation: [Int], input: Shape<Int>
  ) -> ArgumentValue {
    let half = zip(kernel, dilation).map { size, dilation in size % 2 == 0 ? 0 : dilation * (size / 2) }
    if padding.before == padding.after {
      if padding.before == half { return .word("half") }
      return padding.before.allSatisfy { $0 == 0 } ? .word("valid") : pair(padding.before)
    }
    let same = kernel.indices.map { axis in
      let extent = input.extents[axis + 2]
      let needed = (extent - 1) / stride[axis] * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 - extent
      return max(0, needed)
    }
    let isSame = padding.before == same.map { $0 / 2 } && padding.after == same.map { $0 - $0 / 2 }
    return isSame ? .word("same") : .sides(padding.sides)
  }
}
