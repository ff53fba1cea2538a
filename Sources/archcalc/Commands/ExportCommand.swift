import ArchAlgebra
import ArchIR
import ArchONNX
import ArchReport
import ArchRuntime

/// `archcalc export NETWORK --onnx FILE`: a network as a model that other engines open. `archcalc export FILE.onnx --spec`: a
/// model as a specification that people read.
struct ExportCommand: Command {
  static let name = "export"
  static let usage = "export NETWORK (--onnx FILE [--seed N | --no-weights] | --spec [-o FILE]) [options]"
  static let summary = "a network as an ONNX model, with seeded weights or without; a model as a specification"

  static let options: [OptionDescription] = [
    .init(name: "onnx", value: "FILE", summary: "write an ONNX model of opset 17"),
    .init(name: "seed", value: "N", summary: "its weights: those that run uses with the same seed; 0 without"),
    .init(name: "no-weights", summary: "its tensors refer to a file of zeros instead"),
    .init(name: "spec", summary: "print a specification, repeated blocks folded"),
    .init(name: "output", letter: "o", value: "FILE", summary: "where the specification goes"),
  ]

  static let networkOptions = GeneralOption.ofNetworks + ["output"]

  func run(_ arguments: [String]) throws {
    var rest: [String] = []
    var path: String?
    var seed: UInt64?
    var hasWeights = true
    var isSpecification = false
    var pending = arguments[...]
    func value(_ option: String, _ argument: String) throws -> String {
      let own = argument.firstIndex(of: "=").map { String(argument[argument.index(after: $0)...]) }
      guard let value = own ?? pending.popFirst(), !value.isEmpty else {
        throw UsageError("\(option) needs a value")
      }
      return value
    }
    while let argument = pending.popFirst() {
      switch argument.prefix(while: { $0 != "=" }) {
      case "--onnx": path = try value("--onnx", argument)
      case "--seed":
        let text = try value("--seed", argument)
        guard let number = UInt64(text) else { throw UsageError("--seed must be a number, not '\(text)'") }
        seed = number
      case "--no-weights": hasWeights = false
      case "--spec": isSpecification = true
      default: rest.append(argument)
      }
    }
    guard !isSpecification else {
      guard path == nil else {
        throw UsageError("export writes a model or a specification", help: "archcalc \(Self.usage)")
      }
      guard seed == nil, hasWeights else {
        throw UsageError("a specification has no weights", help: "--seed and --no-weights are about --onnx FILE")
      }
      return try SpecificationExport(try AnalyzeRequest(rest, for: OptionUser(Self.self, " --spec"))).write()
    }
    guard !rest.isEmpty else { throw UsageError("export takes a network", help: "archcalc \(Self.usage)") }
    guard let path else { throw UsageError("export writes to a file: --onnx FILE", help: "archcalc \(Self.usage)") }
    guard hasWeights || seed == nil else { throw UsageError("--no-weights and --seed: which of the two?") }
    let request = try AnalyzeRequest(rest, for: OptionUser(Self.self, " --onnx"))
    if let output = request.output {
      throw UsageError("--onnx \(path) and --output \(output): which of the two?", help: "--onnx names the file")
    }
    guard request.network.isDeclared else {
      throw UsageError("'\(request.word)' is a model already", help: "--spec prints it as a specification")
    }
    guard let study = try request.network.study(request.options, batch: request.batch) else { return }
    let weights = hasWeights ? SeededWeights(source: GeneratedWeights(seed: seed ?? 0)) : nil
    let zeros = path + ".zeros"
    let model = try ExportedModel(
      study.graph, weights: weights, producer: ("archcalc", version), zeros: String(zeros.split(separator: "/").last!))
    guard model.byteCount < 1 << 31 else {
      throw UsageError(
        "the model would be \(model.byteCount) bytes, and protocol buffers hold less than 2 GiB", help: "--no-weights")
    }
    let stream = try OutputStream(path: path)
    try model.write(to: stream.write)
    try stream.finish()
    if !hasWeights { try Files.writeZeros(model.zeroBytes, to: zeros) }
  }
}

/// The runtime's seeded weights by tensor: a model runs with the same numbers here and elsewhere.
private final class SeededWeights: ExportWeights {
  private let source: GeneratedWeights
  /// The tensors of a node are asked for one after the other.
  private var last: (node: Int, weights: LayerWeights)?

  init(source: GeneratedWeights) { self.source = source }

  func numbers(ofNode node: Int, _ role: TensorRole, in graph: Graph<Int>) -> [Float] {
    let weights = last?.node == node ? last!.weights : source.weights(ofNode: node, in: graph)
    last = (node, weights)
    switch role {
    case .weight: return weights.weights
    case .bias: return weights.bias
    case .scale: return weights.scale
    case .shift: return weights.shift
    case .mean: return weights.mean
    case .variance: return weights.variance
    case .recurrence, .peepholes, .value: return []
    }
  }
}
