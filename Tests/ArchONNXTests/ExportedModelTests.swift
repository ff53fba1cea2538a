import ArchAlgebra
import ArchCost
import ArchIR
import ArchONNX
import Testing

/// Models as PyTorch's two exporters write them, against what PyTorch counts of the same networks.
@Suite("Models exported by PyTorch")
struct ExportedModelTests {
  /// Multiply-adds of torchvision's networks at their usual input, measured with PyTorch.
  static let macs: [(network: String, macs: Int)] = [
    ("resnet18", 1_814_073_344), ("resnet50", 4_089_184_256), ("resnext50_32x4d", 4_230_479_872),
    ("mobilenet_v2", 300_774_272), ("densenet121", 2_834_161_664), ("googlenet", 1_498_376_192),
    ("inception_v3", 5_713_216_096), ("vgg16", 15_470_264_320), ("squeezenet1_0", 818_924_576),
    ("efficientnet_b0", 385_814_752), ("shufflenet_v2_x1_0", 144_907_992),
  ]

  static let cases = macs.flatMap { network in ["script", "dynamo"].map { (network.network, $0, network.macs) } }

  @Test("every node is counted, multiply-adds and parameters are PyTorch's", arguments: cases)
  func counts(network: String, exporter: String, macs: Int) throws {
    let model = try Fixtures.file("\(network)-\(exporter)").imported()
    #expect(model.omissions.isEmpty)
    let graph = try model.numbers()
    #expect(graph.violations().isEmpty)
    let total = try Analysis(graph).total
    #expect(try total.macs == macs)
    let expected = try #require(try Fixtures.parameters()[network])
    #expect(total.parameters.weights == expected.weights)
    // Of a normalisation that is folded into its convolution, scale and shift become one bias.
    let folded = (expected.normalization - total.parameters.normalization) / 2
    #expect(total.parameters.biases == expected.biases + folded)
    #expect(folded == 0 || model.remarks.contains { $0.contains("folded") } || total.parameters.normalization > 0)
  }

  @Test("without folding all parameters are as they were trained")
  func unfolded() throws {
    let total = try Analysis(try Fixtures.file("resnet18-unfolded-script").imported().numbers()).total
    let expected = try #require(try Fixtures.parameters()["resnet18"])
    #expect(total.parameters.weights == expected.weights)
    #expect(total.parameters.biases == expected.biases)
    #expect(total.parameters.normalization == expected.normalization)
    #expect(try total.parameters.trainable == 11_689_512)
  }

  @Test(
    "nodes are named after their modules",
    arguments: ["resnet18-script", "resnet18-dynamo", "resnet18-unfolded-script"])
  func names(fixture: String) throws {
    let graph = try Fixtures.file(fixture).imported().graph
    let names = graph.nodes.map(\.name)
    #expect(names.contains { $0.hasPrefix("layer2.0.downsample") })
    #expect(names.contains { $0.hasPrefix("layer4.1.conv2") })
    #expect(graph.scopes.contains { $0.name == "layer3.1" })
    #expect(Set(names).count == names.count)
  }

  // MARK: Open extents

  @Test(
    "open extents stay symbols, and closed forms have the values of the model at given extents",
    arguments: ["mobilenet_v2-dynamic-script", "mobilenet_v2-dynamic-dynamo"],
    [(1, 224, 224), (3, 224, 224), (1, 160, 192), (2, 97, 131)])
  func openExtents(fixture: String, extents: (batch: Int, height: Int, width: Int)) throws {
    let file = try Fixtures.file(fixture)
    let open = try file.imported()
    #expect(open.omissions.isEmpty)
    #expect(open.symbols.map(\.axis) == [0, 2, 3])
    var options = ImportOptions()
    for (symbol, value) in zip(open.symbols, [extents.batch, extents.height, extents.width]) {
      options.values[symbol.name] = value
    }
    let bound = try file.imported(options)
    #expect(bound.symbols.isEmpty)
    let numbers = try Analysis(try bound.numbers()).total
    let values = Dictionary(
      uniqueKeysWithValues: zip(
        open.symbols.map(\.symbol), [extents.batch, extents.height, extents.width].map { Rational($0) }))
    let forms = try Analysis(open.graph).total
    #expect(try forms.macs.evaluated(values) == Rational(try numbers.macs))
    #expect(try forms.parameters.trainable.evaluated(values) == Rational(try numbers.parameters.trainable))
    #expect(try forms.outputElements.evaluated(values) == Rational(numbers.outputElements))
    if extents == (1, 224, 224) { #expect(try numbers.macs == 300_774_272) }
    // The same by their places.
    var byPlace = ImportOptions()
    byPlace.batch = extents.batch
    byPlace.input = [3, extents.height, extents.width]
    #expect(try Analysis(try file.imported(byPlace).numbers()).total.macs == numbers.macs)
  }

  @Test(
    "the folds of a model with open extents equal the shapes of the bound one",
    arguments: ["mobilenet_v2-dynamic-script"])
  func boundShapes(fixture: String) throws {
    let file = try Fixtures.file(fixture)
    let open = try file.imported()
    let values: [Symbol: Rational] = Dictionary(
      uniqueKeysWithValues: zip(open.symbols.map(\.symbol), [2, 224, 192].map { Rational($0) }))
    let bound = try open.graph.bound(to: values)
    #expect(bound.violations().isEmpty)
    var options = ImportOptions()
    for (symbol, value) in zip(open.symbols, [2, 224, 192]) { options.values[symbol.name] = value }
    #expect(try file.imported(options).numbers().nodes.map(\.output) == bound.nodes.map(\.output))
  }
}
