import ArchReport
import ArchSpec

/// A network that a command line names: declared in a specification, or a model from a file.
enum NetworkSource {
  case declared(Networks.Found)
  case model(ModelNetwork)

  /// - Throws: as ``Networks/find(_:)``.
  init(_ words: [String]) throws {
    guard ModelNetwork.isModel(words[0]) else {
      self = .declared(try Networks.find(words))
      return
    }
    if words.count > 1 { throw UsageError("an ONNX file holds one network: '\(words[1])' is one word too many") }
    self = .model(try ModelNetwork(path: words[0]))
  }

  var isDeclared: Bool { if case .declared = self { true } else { false } }

  var name: String {
    switch self {
    case .declared(let found): found.network
    case .model(let model): model.name
    }
  }

  func parameters() throws -> [Parameter] {
    switch self {
    case .declared(let found):
      try found.specification.parameters(of: found.specification.network(named: found.network)!)
    case .model(let model): model.parameters
    }
  }

  /// The network analysed; `nil` where numbers are missing that have no default.
  ///
  /// - Parameter batch: the batch, if it is asked for.
  func study(_ options: ElaborationOptions, batch: Int?) throws -> Study? {
    switch self {
    case .declared(let found): try Study(found.specification, network: found.network, options: options)
    case .model(let model): try model.study(options, batch: batch)
    }
  }

  func closedForms(_ options: ElaborationOptions) throws -> ClosedForms {
    switch self {
    case .declared(let found): try ClosedForms(found.specification, network: found.network, options: options)
    case .model(let model): try model.closedForms()
    }
  }
}
