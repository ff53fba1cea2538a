import ArchAlgebra

extension CountingConvention {
  private init(
    _ name: String, _ unit: String, _ summary: String, parameters: Parameters = .trainable, _ weights: [Quantity: Int]
  ) {
    self.name = name
    self.unit = unit
    self.summary = summary
    self.parameters = parameters
    self.weights = weights.mapValues { Rational($0) }
  }

  /// Multiply-adds once.
  private static let multiplyAdds: [Quantity: Int] = [.convolutionMACs: 1, .linearMACs: 1, .matrixMACs: 1]
  /// Of layers only: products of computed tensors are not seen by tools that look at modules.
  private static let layers: [Quantity: Int] = [.convolutionMACs: 1, .linearMACs: 1]
  private static let doubled: [Quantity: Int] = [.convolutionMACs: 2, .linearMACs: 2, .matrixMACs: 2]
  private static let biases: [Quantity: Int] = [.convolutionBias: 1, .linearBias: 1]

  private static func sum(_ terms: [Quantity: Int]...) -> [Quantity: Int] {
    terms.reduce([:]) { $0.merging($1, uniquingKeysWith: +) }
  }

  /// Work on single elements, as ``elementwise`` counts it.
  private static let elementwiseWeights: [Quantity: Int] = [
    .convolutionBias: 1, .linearBias: 1, .batchNormElements: 2, .groupNormElements: 7, .scaled: 1,
    .relu: 1, .relu6: 1, .leakyRelu: 1, .sigmoid: 1, .hardSigmoid: 1, .silu: 1, .hardSwish: 1, .tanh: 1, .gelu: 1,
    .softmax: 3, .maxPoolWindow: 1, .averagePoolWindow: 1, .adaptiveMaxPoolInput: 1, .adaptiveAveragePoolInput: 1,
    .additions: 1, .multiplications: 1, .lrnWindow: 1, .lrnElements: 3, .bilinearUpsample: 7,
    .bicubicUpsample: 31, .elementwise: 1, .reducedElements: 1,
  ]

  /// Operations on single elements: an activation, an addition, a bias is one for each element, batch normalisation
  /// two, layer and group normalisation seven (two passes for the statistics, then scale and shift), softmax three, a
  /// pool one for each element of each window, local response normalisation its window and three; bicubic
  /// interpolation 16 products and 15 sums, a reduction one for each element that it goes over.
  public static let elementwise = CountingConvention(
    "elementwise", "operations", "work on single elements: everything but the multiply-adds", elementwiseWeights)

  public static let flops = CountingConvention(
    "flops", "FLOPs", "two per multiply-add, and the element-wise work", sum(doubled, elementwiseWeights))

  public static let macs = CountingConvention(
    "macs", "MACs", "one per multiply-add of convolutions and matrix products", multiplyAdds)

  /// In the order in which they are listed.
  public static let all: [CountingConvention] = [
    macs,
    flops,
    CountingConvention(
      "paper", "mult-adds", "one per multiply-add; parameters are weights only (ResNeXt, MobileNets)",
      parameters: .weights, multiplyAdds),
    CountingConvention(
      "fvcore", "MACs",
      "fvcore's FlopCountAnalysis (called flops there): multiply-adds, batch normalisation 2, adaptive pools",
      sum(
        multiplyAdds,
        [
          .batchNormElements: 2, .plainBatchNormElements: -1, .groupNormElements: 5, .adaptiveAveragePoolInput: 1,
          .bilinearUpsample: 4,
        ])),
    CountingConvention(
      "timm", "MACs", "timm's infer_gmacs (units of 1e9 there): multiply-adds and 2 per element of batch normalisation",
      sum(multiplyAdds, [.batchNormElements: 2])),
    CountingConvention(
      "thop", "MACs", "thop's profile: batch normalisation 4, pools, softmax",
      sum(
        layers,
        [
          .batchNormElements: 4, .averagePoolOutput: 1, .adaptiveAveragePoolWindow: 1, .adaptiveAveragePoolOutput: 1,
          .softmax: 3, .softmaxRows: -1, .bilinearUpsample: 11, .groupNormElements: 4,
        ])),
    CountingConvention(
      "ptflops", "MACs", "ptflops with its pytorch backend: biases, normalisation 2, ReLU and pools counted twice",
      sum(
        multiplyAdds, biases,
        [
          .batchNormElements: 2, .relu: 2, .relu6: 1, .leakyRelu: 1, .silu: 1, .gelu: 1, .softmax: 1,
          .maxPoolInput: 2, .averagePoolInput: 2,
          .adaptiveAveragePoolInput: 2, .adaptiveMaxPoolInput: 2,
        ])),
    CountingConvention(
      "ptflops-aten", "MACs", "ptflops with its aten backend: multiply-adds and biases", sum(multiplyAdds, biases)),
    CountingConvention(
      "torchinfo", "mult-adds", "multiply-adds, biases, and the parameters of normalisations",
      sum(multiplyAdds, biases, [.normalizationParameterUses: 1])),
    CountingConvention(
      "torchvision", "MACs", "torchvision's _ops (called GFLOPS there, units of 1e9): multiply-adds", multiplyAdds),
    CountingConvention("torch", "FLOPs", "PyTorch's FlopCounterMode: two per multiply-add, nothing else", doubled),
    CountingConvention(
      "calflops", "FLOPs",
      "calflops and DeepSpeed: two per multiply-add, convolution biases, normalisation, ReLU, pools",
      sum(
        doubled,
        [
          .convolutionBias: 1, .batchNormElements: 2, .relu: 1, .leakyRelu: 1, .silu: 1, .gelu: 1, .softmax: 1,
          .maxPoolInput: 1, .averagePoolInput: 1, .adaptiveAveragePoolInput: 1, .adaptiveMaxPoolInput: 1,
          .groupNormElements: 5,
        ])),
    CountingConvention(
      "torchprofile", "MACs", "multiply-adds, batch normalisation 1, outputs of pools and products",
      sum(
        multiplyAdds,
        [
          .batchNormElements: 1, .plainBatchNormElements: -1, .averagePoolOutput: 1, .adaptiveAveragePoolOutput: 1,
          .multiplications: 1, .groupNormElements: 1, .scaled: 1,
        ])),
    CountingConvention(
      "keras", "FLOPs", "Keras with tf.profiler: biases, normalisation, additions, pools; parameters with statistics",
      parameters: .total,
      sum(
        doubled, biases,
        [
          .batchNormElements: 2, .batchNormChannels: 5, .batchNormScales: 1, .additions: 1, .maxPoolWindow: 1,
          .averagePoolWindow: 1, .adaptiveAveragePoolInput: 1, .adaptiveMaxPoolInput: 1, .softmax: 5,
        ])),
  ]
}
