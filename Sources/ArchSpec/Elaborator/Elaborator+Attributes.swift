import ArchAlgebra
import ArchIR

// From the arguments of a call to the attributes of an operator.

extension Elaborator {
  mutating func op(_ arguments: OperatorArguments, input: Shape<D>) throws -> Op<D> {
    let (name, given) = (arguments.name, arguments.given)
    switch name {
    case "conv", "convtranspose": return .convolution(try convolution(arguments, input: input))
    case "linear":
      guard input.rank == 2 else {
        throw Diagnostic(
          "a linear layer needs a vector", at: arguments.call.place,
          cause: "the input is \(input); flatten it or pool it to 1×1 first"
        ).noting("\(input) comes from here", at: places[current!])
      }
      return .linear(
        Linear(
          outputFeatures: try dimension(given["out"]!, "the number of output features"),
          hasBias: try flag(given["bias"], standard: true)))
    case "bn", "layernorm", "groupnorm":
      return .normalization(
        Normalization(
          kind: name == "bn" ? .batch : name == "layernorm" ? .layer : .group,
          hasScale: try flag(given["scale"], standard: true), hasShift: try flag(given["shift"], standard: true),
          groups: try given["groups"].map { try dimension($0, "the number of groups") } ?? D(1)))
    case "maxpool", "avgpool": return try pool(name == "maxpool" ? .max : .average, arguments, input: input)
    case "adaptivemaxpool", "adaptiveavgpool":
      return .adaptivePool(
        AdaptivePool(
          kind: name == "adaptivemaxpool" ? .max : .average, output: try pair(given["out"]!, "the output of the pool")))
    case "shuffle": return .permutation(.shuffle(groups: try dimension(given["groups"]!, "the number of groups")))
    case "permute": return .permutation(.explicit(try order(given["order"]!)))
    case "slice":
      return .slice(
        Slice(
          start: try dimension(given["start"]!, "the first channel"),
          count: try dimension(given["count"]!, "the number of channels")))
    case "split": return .slice(try part(given["parts"]!, given["index"]!, of: input))
    case "pad": return .padding(try padding(given["padding"]!, kernel: [], stride: [], dilation: [], input: input))
    case "padchannels":
      return .channelPadding(
        ChannelPadding(
          before: try dimension(given["before"]!, "the number of channels before"),
          after: try dimension(given["after"]!, "the number of channels after")))
    case "flatten": return .flatten
    case "dropout": return .dropout(try given["rate"].map { try rate($0, upTo: .one) } ?? Rational(1, 2))
    case "lrn":
      return .localResponseNormalization(
        LocalResponseNormalization(size: try given["size"].map { try dimension($0, "the window") } ?? D(5)))
    case "upsample": return .upsample(try upsample(arguments))
    case "scale": return .scale
    case "scaleby": return .constantScale(try rate(given["factor"]!))
    default: return .activation(try activation(name, arguments))
    }
  }

  private mutating func activation(_ name: String, _ arguments: OperatorArguments) throws -> Activation {
    switch name {
    case "relu": return .relu
    case "relu6": return .relu6
    case "sigmoid": return .sigmoid
    case "hardsigmoid": return .hardSigmoid
    case "silu", "swish": return .silu
    case "hardswish": return .hardSwish
    case "tanh": return .tanh
    case "gelu": return .gelu
    case "softmax": return .softmax
    case "leakyrelu": return .leakyRelu(slope: try arguments.given["slope"].map { try rate($0) } ?? Rational(1, 100))
    default: throw Diagnostic("the operator '\(name)' cannot be built", at: arguments.call.place)
    }
  }

  private mutating func convolution(_ arguments: OperatorArguments, input: Shape<D>) throws -> Convolution<D> {
    let given = arguments.given
    let isTransposed = arguments.name == "convtranspose"
    let kernel = try pair(given["kernel"]!, "the kernel")
    let stride = try given["stride"].map { try pair($0, "the stride") } ?? [D(1), D(1)]
    let dilation = try given["dilation"].map { try pair($0, "the dilation") } ?? [D(1), D(1)]
    let padding: Padding<D>
    if let written = given["padding"] {
      if let more = given["outputpadding"], case .text("same") = try evaluate(written) {
        throw Diagnostic(
          "'same' says how large the output is", at: more.place, help: "leave outputpadding out, or give the padding")
      }
      padding = try self.padding(
        written, kernel: kernel, stride: stride, dilation: dilation, input: input, isTransposed: isTransposed)
    } else {
      padding = isTransposed ? .none : try half(kernel, dilation, at: arguments.call.place)
    }
    return Convolution(
      outputChannels: try dimension(given["out"]!, "the number of output channels"), kernel: kernel, stride: stride,
      padding: padding, dilation: dilation,
      groups: try given["groups"].map { try dimension($0, "the number of groups") } ?? D(1),
      hasBias: try flag(given["bias"], standard: false), isTransposed: isTransposed,
      outputPadding: try given["outputpadding"].map { try pair($0, "the output padding") } ?? [])
  }

  private mutating func pool(_ kind: PoolKind, _ arguments: OperatorArguments, input: Shape<D>) throws -> Op<D> {
    let given = arguments.given
    try requireKnown(given["kernel"]!, orOneOf: ["global"])
    if case .text("global") = try evaluate(given["kernel"]!) {
      if let other = given.filter({ $0.key != "kernel" }).min(by: { $0.value.place.start < $1.value.place.start }) {
        throw Diagnostic(
          "a global pool takes no '\(other.key)'", at: other.value.place, cause: "its window is the whole image")
      }
      return .adaptivePool(AdaptivePool(kind: kind, output: [D(1), D(1)]))
    }
    let kernel = try pair(given["kernel"]!, "the kernel")
    let stride = try given["stride"].map { try pair($0, "the stride") } ?? kernel
    let dilation = try given["dilation"].map { try pair($0, "the dilation") } ?? [D(1), D(1)]
    let padding =
      try given["padding"].map {
        try self.padding($0, kernel: kernel, stride: stride, dilation: dilation, input: input)
      }
      ?? half(kernel, dilation, at: arguments.call.place)
    return .pool(
      Pool(
        kind: kind, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
        roundsUp: try flag(given["ceil"], standard: false),
        countsPadding: try flag(given["countpadding"], standard: true)))
  }

  private mutating func upsample(_ arguments: OperatorArguments) throws -> Upsample<D> {
    var mode = UpsampleMode.nearest
    if let written = arguments.given["mode"] {
      try requireKnown(written, orOneOf: Self.modes)
      guard case .text(let text) = try evaluate(written), let known = UpsampleMode(rawValue: text) else {
        throw Diagnostic("the mode of an upsampling is nearest or bilinear", at: written.place)
      }
      mode = known
    }
    return Upsample(scale: try pair(arguments.given["scale"]!, "the scale"), mode: mode)
  }

  private mutating func part(_ parts: ExprSyntax, _ index: ExprSyntax, of input: Shape<D>) throws -> Slice<D> {
    let count = try dimension(parts, "the number of parts")
    guard try count.ordered(against: D(1)) ?? 1 >= 0,
      try exact(parts.place, { try divides(count.expr, input.channels.expr) })
    else {
      throw Diagnostic("the channels cannot be split so", at: parts.place, cause: "\(count) parts of \(input.channels)")
    }
    let size = try exact(parts.place) { try input.channels.exactlyDivided(by: count) }
    let start = try dimension(index, "the index of the part")
    if try start.ordered(against: D(0)) ?? 0 < 0 || start.ordered(against: count) ?? -1 >= 0 {
      throw Diagnostic(
        "there is no such part", at: index.place, cause: "it is \(start), and the parts are 0 to \(try count - D(1))")
    }
    return Slice(start: try exact(index.place) { try start * size }, count: size)
  }

  private mutating func order(_ expression: ExprSyntax) throws -> [Int] {
    guard case .list(let elements) = try evaluate(expression) else {
      throw Diagnostic("a permutation is a list of channels", at: expression.place)
    }
    return try elements.map { element in
      guard let number = element.number, let channel = try settle(number)?.integer else {
        throw Diagnostic(
          "a permutation is a list of integers", at: expression.place, cause: "one element is \(element.kindName)")
      }
      return channel
    }
  }
}
