import ArchIR
import ArchReport
import ArchSpec

/// `archcalc export FILE.onnx --spec`: a model as a specification that a person can read and edit.
struct SpecificationExport {
  private let request: AnalyzeRequest
  private static let mostListed = 12

  /// - Throws: ``UsageError`` for a batch, which a specification has not.
  init(_ request: AnalyzeRequest) throws {
    self.request = request
    if let batch = request.batch, batch != 1 { throw UsageError("a specification has no batch: it is analysed at any") }
  }

  /// - Throws: ``Diagnostic`` for a network with layers that the language cannot say.
  func write() throws {
    guard var study = try request.network.study(request.options, batch: 1) else {
      guard case .model(let model) = request.network else { return }
      let names = model.openExtents(request.options).map { "'\($0)'" }.joined(separator: ", ")
      throw UsageError(
        "\(request.word) leaves extents open: \(names)", help: "--input 3x224x224, or --set NAME=VALUE for each")
    }
    // Where a model holds for its own batch only, its layers are still those of one image.
    if study.subject.omissions?.isEmpty == false,
      let own = try request.network.study(request.options, batch: nil), own.subject.omissions?.isEmpty == true
    {
      study = own
    }
    let omissions = study.subject.omissions ?? []
    guard omissions.isEmpty else {
      throw refusal(omissions.map { "\($0.name) (\($0.op)): \($0.reason)" })
    }
    let text: String
    do {
      text = format(try SpecSyntax(of: study.graph, named: request.network.name, documentation: documentation(study)))
    } catch let error as UnspellableGraph {
      throw refusal(error.nodes.map { "\($0.name) (\($0.op)): \($0.reason)" })
    }
    if let path = request.output { try Files.write(text, to: path) } else { try Console().print(text) }
  }

  private func documentation(_ study: Study) -> [String] {
    let title = study.subject.metadata.title.map { [$0 + "."] } ?? []
    return (title + study.subject.remarks.map { $0 + "." }).flatMap(Self.wrapped)
  }

  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      if let last = lines.last, last.count + word.count < 95 {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private func refusal(_ nodes: [String]) -> Diagnostic {
    var lines = nodes.prefix(Self.mostListed).map { "  " + $0 }
    if nodes.count > lines.count { lines.append("  and \(nodes.count - lines.count) more") }
    return Diagnostic(
      "\(request.word): \(nodes.count) node\(nodes.count == 1 ? "" : "s") cannot be written as a specification\n"
        + lines.joined(separator: "\n"), at: .none)
  }
}
