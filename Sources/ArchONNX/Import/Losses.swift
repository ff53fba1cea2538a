import ArchAlgebra
import ArchIR

/// What the graph does not say of an operator of the file, although it counts it rightly: such a node is not run.
///
/// The graph's operators are those that cost rules tell apart; some of ONNX's have attributes that change the numbers and not
/// the cost, and some stand for a relative with the same cost.
enum Losses {
  /// - Returns: what is lost, as the end of a sentence that begins with the operator; `nil` for nothing.
  static func loss(of node: SourceNode, _ importer: Importer) -> String? {
    if node.op.hasPrefix("QLinear") || quantized.contains(node.op) { return "is quantised" }
    if let always = always[node.op] { return always }
    return rules[node.op].flatMap { $0(node, importer) }
  }

  private static let quantized: Set<String> = [
    "ConvInteger", "DynamicQuantizeLSTM", "MatMulInteger", "MatMulIntegerToFloat", "QGemm", "DynamicQuantizeMatMul",
    "QuantizeLinear",
    "DequantizeLinear", "DynamicQuantizeLinear",
  ]

  private static let alike = "is counted together with operators that compute something else"

  static let always: [String: String] = {
    var table = [
      "LpPool": "is a norm, which is counted as an average",
      "GlobalLpPool": "is a norm, which is counted as an average",
      "LogSoftmax": "is counted as a softmax", "Hardmax": "is counted as a softmax",
      "QuickGelu": "is counted as a SiLU", "FastGelu": "is an approximation of GELU",
      "MeanVarianceNormalization": "has axes of its own", "LpNormalization": "is counted as another normalisation",
      "If": "chooses while it runs", "Loop": "repeats while it runs", "Scan": "repeats while it runs",
      "FusedGemm": "has an activation of its own", "FusedMatMul": "has a factor of its own",
    ]
    // Functions that are counted alike.
    for name in [
      "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Equal", "Less",
      "LessOrEqual",
      "Greater", "GreaterOrEqual", "Or", "Xor", "And", "Not", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitwiseNot",
      "BitShift",
      "IsNaN", "IsInf", "Mod", "CastLike", "ThresholdedRelu", "Shrink", "ArgMax", "ArgMin", "CumSum", "GatherElements",
      "GatherND", "ScatterND", "ScatterElements", "Scatter", "ReverseSequence", "Trilu", "EyeLike", "TopK",
      "OneHot",
      "GridSample", "ConstantOfShape", "RandomNormalLike", "RandomUniformLike", "LSTM", "GRU",
      "RNN",
    ] { table[name] = alike }
    return table
  }()

  typealias Rule = @Sendable (SourceNode, Importer) -> String?

  static let rules: [String: Rule] = [
    "Gemm": { node, _ in
      [node.float("alpha"), node.float("beta")].allSatisfy { ($0 ?? 1) == 1 } ? nil : "has factors alpha and beta"
    },
    "Cast": { node, _ in
      ElementType(rawValue: node.integer("to") ?? 0).isFloatingPoint
        ? nil : "makes numbers of another kind than floating-point"
    },
    "FusedConv": { node, _ in "has an activation of its own" },
    "Gelu": { node, _ in (node.text("approximate") ?? "none") == "none" ? nil : "is an approximation of GELU" },
    "Swish": { node, _ in (node.float("alpha") ?? 1) == 1 ? nil : "has a factor alpha" },
    "HardSigmoid": { node, importer in importer.isClip(node) ? "has another middle than 1/2" : nil },
    "Clip": { node, importer in importer.isClip(node) ? "has other bounds than 0 and 6" : nil },
    "Elu": { node, _ in (node.float("alpha") ?? 1) == 1 ? nil : "has a factor alpha" },
    "Celu": { node, _ in (node.float("alpha") ?? 1) == 1 ? nil : "has a factor alpha" },
    "Selu": { node, _ in node.float("alpha") == nil && node.float("gamma") == nil ? nil : "has factors alpha and gamma"
    },
    "BatchNormalization": { node, _ in
      node.integer("training_mode") == 1 ? "is in training" : node.integer("spatial") == 0 ? "is not spatial" : nil
    },
    "LRN": { node, _ in
      let isUsual =
        abs((node.float("alpha") ?? 1e-4) - 1e-4) < 1e-9 && (node.float("beta") ?? 0.75) == 0.75
        && (node.float("bias") ?? 1) == 1
      return isUsual ? nil : "has other constants than 0.0001, 0.75 and 1"
    },
    "DepthToSpace": { node, _ in (node.text("mode") ?? "DCR") == "CRD" ? nil : "orders depths before columns" },
    "Gather": { node, importer in importer.wasRearranged(node) ? alike : nil },
    "Pad": { node, importer in
      importer.wasRearranged(node) ? "pads with something else than zeros around an image" : nil
    },
    "PRelu": { node, importer in importer.isForChannels(node) ? nil : "has other slopes than one for each channel" },
    "Resize": resize, "Upsample": resize,
  ]

  /// Nearest neighbours that are repeated, and linear interpolation between the centres of pixels.
  private static let resize: Rule = { node, importer in
    let isOld = node.op == "Upsample" || importer.file.opset < 11
    let transformation = isOld ? "asymmetric" : node.text("coordinate_transformation_mode") ?? "half_pixel"
    switch node.text("mode") ?? "nearest" {
    case "nearest":
      let rounding = isOld ? "floor" : node.text("nearest_mode") ?? "round_prefer_floor"
      let isRepetition =
        transformation == "asymmetric"
        ? rounding == "floor" : transformation.hasSuffix("half_pixel") && rounding.hasPrefix("round")
      return isRepetition ? nil : "takes other neighbours (\(transformation), \(rounding))"
    case "linear", "bilinear":
      return transformation.hasSuffix("half_pixel") ? nil : "interpolates between other places (\(transformation))"
    default: return "interpolates with cubic polynomials"
    }
  }
}

extension Importer {
  /// Whether an output of the node came out as bounds that the graph does not hold.
  fileprivate func isClip(_ node: SourceNode) -> Bool { made(by: node) == .tensor(.elementwise(.clip)) }

  /// Whether slopes are one, or one for each channel.
  fileprivate func isForChannels(_ node: SourceNode) -> Bool {
    guard let slopes = try? constant(node, 1), let input = try? shape(node, 0) else { return false }
    return slopes.shape.allSatisfy { $0 == .one } || slopes.runs(along: 1, of: input)
  }

  fileprivate func wasRearranged(_ node: SourceNode) -> Bool {
    if case .tensor(.rearrangement)? = made(by: node) { true } else { false }
  }

  private func made(by node: SourceNode) -> Op<Expr>? {
    guard let name = node.outputs.first, case .node(let index)? = lookUp(name) else { return nil }
    return graph.nodes[index].op
  }

  /// Notes of the nodes that a node of the file has become what the graph does not say of it.
  mutating func noteLosses(of node: SourceNode, since count: Int) {
    guard !isEvaluating else { return }
    // Nodes can have been put together as one.
    var indices = graph.nodes[min(count, graph.nodes.count)...].indices.filter { !graph.nodes[$0].op.isStored }
    for name in node.outputs {
      if case .node(let index)? = lookUp(name), index < count, node.op != "Identity" { indices.append(index) }
    }
    if let loss = Losses.loss(of: node, self) {
      for index in indices { details[index, default: .init()].loss = "\(node.op) \(loss)" }
    }
    if let epsilon = node.float("epsilon") {
      for index in indices { details[index, default: .init()].epsilon = epsilon }
    }
  }
}
