import ArchAlgebra
import ArchIR

// How each operator is spelled in opset 17.

extension Exporter {
  mutating func export(_ node: Node<Int>) throws {
    switch node.op {
    case .input, .dropout: break
    case .convolution(let convolution): export(convolution)
    case .linear(let linear): export(linear)
    case .normalization(let normalization): try export(normalization)
    case .activation(let activation): export(activation)
    case .pool(let pool): export(pool)
    case .adaptivePool(let pool): export(pool)
    case .add: add(inputs.count == 2 ? "Add" : "Sum", inputs)
    case .multiply: chain("Mul")
    case .concatenation: add("Concat", inputs, integers: [("axis", 1)])
    case .permutation(let permutation): export(permutation)
    case .slice(let slice):
      let bounds = [[slice.start], [slice.start + slice.count], [1]]
      add("Slice", inputs + zip(["starts", "ends", "axes"], bounds).map { constant($0, integers: $1) })
    case .padding(let padding): pad([0, 0] + padding.before, [0, 0] + padding.after)
    case .channelPadding(let padding):
      let rest = Array(repeating: 0, count: input.rank - 2)
      pad([0, padding.before] + rest, [0, padding.after] + rest)
    case .flatten: add("Flatten", inputs, integers: [("axis", 1)])
    case .localResponseNormalization(let normalization):
      add(
        "LRN", inputs, integers: [("size", normalization.size)], floats: [("alpha", 1e-4), ("beta", 0.75), ("bias", 1)])
    case .upsample(let upsample):
      let scales = constant("scales", floats: [1, 1] + upsample.scale.map { Float($0) })
      add(
        "Resize", inputs + ["", scales],
        texts: upsample.mode == .nearest
          ? [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")]
          : [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")])
    case .scale: add("Mul", inputs + [tensor(.scale, alongChannels(input.channels))])
    case .constantScale(let factor):
      add("Mul", inputs + [constant("factor", floats: [Float(factor.doubleValue)], extents: [])])
    case .tensor(let op):
      throw ModelError("operators of other models (\(op.name)) are not exported", node: node.name)
    }
  }

  /// The shape of a tensor that has one number for each channel.
  private func alongChannels(_ channels: Int) -> [Int] { [channels] + Array(repeating: 1, count: input.rank - 2) }

  /// Two operands at a time.
  private mutating func chain(_ op: String) {
    var left = inputs[0]
    for (place, right) in inputs.dropFirst().enumerated() {
      let isLast = place == inputs.count - 2
      let output = isLast ? node.name : step("\(place)")
      add(op, [left, right], to: output)
      left = output
    }
    if inputs.count == 1 { add("Identity", inputs) }
  }

  private mutating func export(_ c: Convolution<Int>) {
    let channels = input.channels
    let extents = c.isTransposed ? [channels, c.outputChannels / c.groups] : [c.outputChannels, channels / c.groups]
    var operands = inputs + [tensor(.weight, extents + c.kernel)]
    if c.hasBias { operands.append(tensor(.bias, [c.outputChannels])) }
    add(
      c.isTransposed ? "ConvTranspose" : "Conv", operands, integers: [("group", c.groups)],
      lists: [
        ("kernel_shape", c.kernel), ("strides", c.stride), ("pads", c.padding.sides), ("dilations", c.dilation),
      ] + (c.isTransposed ? [("output_padding", c.outputPadding)] : []))
  }

  private mutating func export(_ linear: Linear<Int>) {
    let features = input.extents[input.rank - 1]
    var operands = inputs + [tensor(.weight, [linear.outputFeatures, features])]
    if linear.hasBias { operands.append(tensor(.bias, [linear.outputFeatures])) }
    add("Gemm", operands, integers: [("transB", 1)])
  }

  private mutating func export(_ permutation: Permutation<Int>) {
    switch permutation {
    case .explicit(let order): add("Gather", inputs + [constant("order", integers: order)], integers: [("axis", 1)])
    case .shuffle(let groups):
      let split = input.extents.prefix(1) + [groups, input.channels / groups] + input.spatial
      add("Reshape", inputs + [constant("groups", integers: Array(split))], to: step("split"))
      let order = [0, 2, 1] + Array(3..<split.count)
      add("Transpose", [step("split")], to: step("transposed"), lists: [("perm", order)])
      add("Reshape", [step("transposed"), constant("shape", integers: input.extents)])
    }
  }

  private mutating func pad(_ before: [Int], _ after: [Int]) {
    add("Pad", inputs + [constant("pads", integers: before + after)], texts: [("mode", "constant")])
  }

  private mutating func export(_ activation: Activation) {
    switch activation {
    case .relu: add("Relu", inputs)
    case .relu6:
      add("Clip", inputs + [constant("low", floats: [0], extents: []), constant("high", floats: [6], extents: [])])
    case .sigmoid: add("Sigmoid", inputs)
    case .hardSigmoid: add("HardSigmoid", inputs, floats: [("alpha", 1 / 6), ("beta", 0.5)])
    case .silu:
      add("Sigmoid", inputs, to: step("sigmoid"))
      add("Mul", inputs + [step("sigmoid")])
    case .hardSwish: add("HardSwish", inputs)
    case .tanh: add("Tanh", inputs)
    case .gelu:
      // x/2 · (1 + erf(x/√2)); Gelu itself comes with opset 20.
      let (root, one, half) = (
        constant("root", floats: [Float(2).squareRoot()], extents: []), constant("one", floats: [1], extents: []),
        constant("half", floats: [0.5], extents: [])
      )
      add("Div", inputs + [root], to: step("scaled"))
      add("Erf", [step("scaled")], to: step("erf"))
      add("Add", [step("erf"), one], to: step("sum"))
      add("Mul", inputs + [step("sum")], to: step("product"))
      add("Mul", [step("product"), half])
    case .softmax: add("Softmax", inputs, integers: [("axis", 1)])
    case .identity: add("Identity", inputs)
    case .leakyRelu(let slope): add("LeakyRelu", inputs, floats: [("alpha", Float(slope.doubleValue))])
    }
  }
}
