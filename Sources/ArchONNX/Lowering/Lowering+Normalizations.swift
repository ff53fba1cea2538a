import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let normalizations: [String: Lowering] = [
    "BatchNormalization": { importer, node in
      let tensors: [(TensorRole, Constant)] = [
        (.scale, try importer.constant(node, 1)), (.shift, try importer.constant(node, 2)),
        (.mean, try importer.constant(node, 3)), (.variance, try importer.constant(node, 4)),
      ]
      let normalization = Normalization<Expr>(
        kind: .batch, hasScale: try importer.isLearned(tensors[0]), hasShift: try importer.isLearned(tensors[1]))
      try importer.normalize(node, normalization, tensors)
    },
    "InstanceNormalization": { importer, node in
      let channels = try importer.shape(node, 0)
      guard channels.rank > 1 else { throw NotCounted("its input has no channels") }
      let tensors: [(TensorRole, Constant)] = [
        (.scale, try importer.constant(node, 1)), (.shift, try importer.constant(node, 2)),
      ]
      let normalization = Normalization(
        kind: .group, hasScale: try importer.isLearned(tensors[0]), hasShift: try importer.isLearned(tensors[1]),
        groups: channels.channels)
      try importer.normalize(node, normalization, tensors)
    },
    "GroupNormalization": { importer, node in
      let tensors: [(TensorRole, Constant)] = [
        (.scale, try importer.constant(node, 1)), (.shift, try importer.constant(node, 2)),
      ]
      let normalization = Normalization(
        kind: .group, hasScale: try importer.isLearned(tensors[0]), hasShift: try importer.isLearned(tensors[1]),
        groups: Expr(node.integer("num_groups") ?? 1))
      try importer.normalize(node, normalization, tensors)
    },
    "LRN": { importer, node in
      let op = LocalResponseNormalization(size: Expr(node.integer("size") ?? 5))
      try importer.conclude(.localResponseNormalization(op), [try importer.operand(node, 0)], for: node)
    },
    "LayerNormalization": { try $0.layerNormalization($1, isCentred: true, input: 0) },
    "RMSNormalization": { try $0.layerNormalization($1, isCentred: false, input: 0) },
    "SimplifiedLayerNormalization": { try $0.layerNormalization($1, isCentred: false, input: 0) },
    "MeanVarianceNormalization": { importer, node in
      let normalization = Normalization<Expr>(kind: .layer, hasScale: false, hasShift: false)
      try importer.conclude(.normalization(normalization), [try importer.operand(node, 0)], for: node)
    },
    "LpNormalization": { importer, node in
      let axis = try importer.axis(node.integer("axis") ?? -1, rank: try importer.shape(node, 0).rank)
      let normalization = LayerNormalization(axis: axis, hasScale: false, hasShift: false, isCentred: false)
      try importer.conclude(.tensor(.layerNormalization(normalization)), [try importer.operand(node, 0)], for: node)
    },
  ]

  /// Operators of onnxruntime that are more than one of ONNX's.
  static let extensions: [String: Lowering] = [
    "SkipLayerNormalization": { importer, node in
      let sum = try importer.emit(.add, try importer.operands(node, [0, 1]), for: node)
      if node.outputs.count > 3, !node.outputs[3].isEmpty { try importer.define(node, .node(sum), output: 3) }
      try importer.layerNormalization(node, isCentred: true, input: nil, sum: sum, scale: 2)
    },
    "SkipSimplifiedLayerNormalization": { importer, node in
      let sum = try importer.emit(.add, try importer.operands(node, [0, 1]), for: node)
      if node.outputs.count > 3, !node.outputs[3].isEmpty { try importer.define(node, .node(sum), output: 3) }
      try importer.layerNormalization(node, isCentred: false, input: nil, sum: sum, scale: 2)
    },
    "BiasGelu": { importer, node in
      let sum = try importer.emit(.add, try importer.operands(node, [0, 1]), for: node)
      try importer.conclude(.activation(.gelu), [sum], for: node)
    },
    "FusedGemm": { try $0.gemm($1) },
    "FusedMatMul": { try $0.fusedMatrixProduct($1) },
    "QuickGelu": { try $0.activation($1, .silu) },
    "FastGelu": { try $0.activation($1, .gelu) },
  ]
}

extension Importer {
  /// Whether factors or shifts are parameters: those that a node makes are where they are not ones or zeros only, which
  /// exporters write for a layer without any.
  fileprivate func isLearned(_ tensor: (TensorRole, Constant)) throws -> Bool {
    try tensor.1.isParameter || tensor.1.source != nil && !changesNothing(tensor.1, as: tensor.0)
  }

  fileprivate mutating func normalize(
    _ node: SourceNode, _ normalization: Normalization<Expr>, _ tensors: [(TensorRole, Constant)]
  ) throws {
    let input = try shape(node, 0)
    guard input.rank > 1 else { throw NotCounted("its input has no channels") }
    for (role, tensor) in tensors {
      guard let count = try? product(tensor.shape), try count.ordered(against: input.channels).map({ $0 == 0 }) != false
      else {
        throw NotCounted("its \(role.rawValue) is not for \(input.channels) channels")
      }
    }
    let index = try emit(.normalization(normalization), [try operand(node, 0)], for: node)
    try attach(tensors, to: index)
    try define(node, .node(index))
  }

  fileprivate mutating func layerNormalization(
    _ node: SourceNode, isCentred: Bool, input: Int?, sum: Int? = nil, scale: Int = 1
  ) throws {
    let source = try sum ?? operand(node, input!)
    let rank = graph.nodes[source].output.rank
    var tensors: [(TensorRole, Constant)] = []
    if node.hasInput(scale) { tensors.append((.scale, try constant(node, scale))) }
    if isCentred, node.hasInput(scale + 1) { tensors.append((.shift, try constant(node, scale + 1))) }
    func has(_ role: TensorRole) throws -> Bool { try tensors.contains { try $0.0 == role && isLearned($0) } }
    let normalization = LayerNormalization(
      axis: try axis(node.integer("axis") ?? -1, rank: rank), hasScale: try has(.scale), hasShift: try has(.shift),
      isCentred: isCentred)
    let index = try emit(.tensor(.layerNormalization(normalization)), [source], for: node)
    try attach(tensors, to: index)
    try define(node, .node(index))
    if sum == nil, node.outputs.dropFirst().contains(where: { !$0.isEmpty }) {
      throw NotCounted("its statistics are read, which exist in training only")
    }
  }
}
