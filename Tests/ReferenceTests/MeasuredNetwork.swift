import Testing
import ArchAlgebra
import ArchIR
import ArchSpec
import TestSupport

/// A network that was run and counted elsewhere, and the specification that is to be the same.
struct MeasuredNetwork: CustomTestStringConvertible {
  /// Its name in the fixtures.
  var name: String
  /// A network of the catalog or, with a file, of that fixture.
  var network: String
  var settings = ""
  var file: String?
  /// Activations that are another kind there than in the specification.
  var replacing: [Activation: Activation] = [:]
  /// Keras runs layers by their depth, not branch by branch: its rows are compared whatever their order.
  var runsByDepth = false

  var testDescription: String { name }

  func graph() throws -> Graph<Int> {
    var graph: Graph<Int>
    if let file {
      let specification = try Specification(Source(name: file, text: Fixture.specification(file)))
      var options = ElaborationOptions()
      for setting in settings.split(separator: " ") {
        let parts = setting.split(separator: "=")
        options.settings[String(parts[0])] = .number(Expr(try Rational(parsing: parts[1])!))
      }
      graph = try specification.elaborate(network, options: options).graph
    } else {
      graph = try Zoo.elaborate(network, settings).graph
    }
    for index in graph.nodes.indices {
      if case .activation(let activation) = graph.nodes[index].op, let other = replacing[activation] {
        graph.nodes[index].op = .activation(other)
      }
    }
    return graph
  }

  /// timm's MobileNet, like the code that its authors released, clips at 6. The paper says ReLU, and so does the
  /// specification; nothing else differs.
  static let all: [MeasuredNetwork] = [
    .init(name: "resnet18", network: "resnet18"),
    .init(name: "resnet34", network: "resnet34"),
    .init(name: "resnet50", network: "resnet50"),
    .init(name: "resnet101", network: "resnet101"),
    .init(name: "resnet152", network: "resnet152"),
    .init(name: "resnext50_32x4d", network: "resnext50"),
    .init(name: "timm_resnext50_32x4d", network: "resnext50"),
    .init(name: "wide_resnet50_2", network: "resnext50", settings: "cardinality=1 width=128"),
    .init(name: "resnext101_32x8d", network: "resnext101", settings: "width=8"),
    .init(name: "resnext101_64x4d", network: "resnext101", settings: "cardinality=64"),
    .init(name: "timm_mobilenetv1_100", network: "mobilenet", replacing: [.relu: .relu6]),
    .init(name: "timm_mobilenetv1_050", network: "mobilenet", settings: "alpha=0.5", replacing: [.relu: .relu6]),
    .init(name: "alexnet", network: "alexnet", file: "classics.arch"),
    .init(name: "vgg16", network: "vgg16", file: "classics.arch"),
    .init(name: "vgg16_bn", network: "vgg16_bn", file: "classics.arch"),
    .init(name: "densenet121", network: "densenet121", file: "classics.arch"),
    .init(name: "keras_mobilenet_a100_r224", network: "keras_mobilenet", file: "keras-mobilenet.arch"),
    .init(
      name: "keras_mobilenet_a050_r160", network: "keras_mobilenet", settings: "alpha=0.5 resolution=160",
      file: "keras-mobilenet.arch"),
    .init(
      name: "keras_mobilenet_a025_r128", network: "keras_mobilenet", settings: "alpha=0.25 resolution=128",
      file: "keras-mobilenet.arch"),
    .init(name: "keras_resnet50", network: "keras_resnet50", file: "keras-resnet50.arch", runsByDepth: true),
  ]
}
