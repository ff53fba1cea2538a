import ArchAlgebra
import ArchCost
import ArchIR
import ArchReport
import ArchRuntime
import ArchVerify

@testable import ArchSpec

/// Any bytes are a specification or a `Diagnostic`. What is read prints, reads back the same, keeps its comments and
/// prints the same again; what is elaborated has a graph without contradictions, is counted or too large for that,
/// costs what its closed form says, and is planned or refused by the name of a layer.
func fuzzSpecification(_ bytes: [UInt8]) {
  expecting(Diagnostic.self, SettingError.self) {
    let source = Source(name: "fuzz", bytes: bytes)
    let tree = try parse(source)
    checkPrinting(tree, of: source)
    _ = Library([source]).names
    let specification = try Specification(tree)
    for network in specification.networks.prefix(3) { try check(network.name.text, of: specification) }
  }
}

/// Claims of any specification are judged, or it is said why they cannot be.
func fuzzClaims(_ bytes: [UInt8]) {
  expecting(Diagnostic.self) {
    let specification = try Specification(Source(name: "fuzz", bytes: bytes))
    try specification.checkStatements()
    for network in specification.networks { try specification.checkStatements(of: network) }
    let judge = Judge(
      Workbench { name, own in
        guard own.network(named: name.text) != nil else { throw Diagnostic("there is no network", at: name.place) }
        return (own, name.text)
      })
    let report = VerifyReport(specification.ledger.prefix(8).map(judge.judge))
    _ = TextRenderer(width: 80, usesColor: false).render(report.document())
    _ = report.json(version: "0").text()
  }
}

private func checkPrinting(_ tree: SpecSyntax, of source: Source) {
  let printed = format(tree)
  guard let again = try? parse(Source(name: "printed", text: printed)) else {
    fatalError("what is printed cannot be read:\n\(printed)")
  }
  // Optimised code does not print the text of a precondition.
  guard again == tree else { fatalError("what is printed is another tree:\n\(printed)") }
  guard format(again) == printed else { fatalError("printed again:\n\(format(again))\nafter:\n\(printed)") }
  guard comments(of: source).sorted() == comments(of: Source(name: "printed", text: printed)).sorted() else {
    fatalError("comments are lost:\n\(printed)")
  }
}

private func comments(of source: Source) -> [String] {
  guard var lexer = try? Lexer(source), let tokens = try? lexer.tokens() else { return [] }
  return tokens.flatMap(\.comments).map { $0.text.drop { $0 == "/" || $0 == " " }.description }.filter { !$0.isEmpty }
}

private func check(_ network: String, of specification: Specification) throws {
  let architecture = try specification.elaborate(network, as: Int.self)
  precondition(architecture.graph.violations().isEmpty)
  let study = try Study(specification, network: network)
  let document = AnalysisDocument(study, reference: nil, forms: nil, layout: AnalysisLayout())
  do {
    _ = TextRenderer(width: 80, usesColor: false).render(try document.document())
  } catch is ArithmeticError {
    return  // the network is too large to be counted
  }
  try compareWithClosedForm(study, specification)
  try plan(study)
}

private func compareWithClosedForm(_ study: Study, _ specification: Specification) throws {
  guard let forms = try? ClosedForms(specification, network: study.graph.name) else { return }
  for (form, number) in [
    (try forms.analysis.total.parameters.trainable, try study.total.parameters.trainable),
    (try forms.analysis.total.macs, try study.total.macs),
  ] {
    guard let value = try? form.evaluated(study.subject.binding.merging(forms.subject.binding) { $1 }) else { continue }
    precondition(value == Rational(number), "\(form) is \(value), not \(number)")
  }
}

/// Plans and runs what is small.
private func plan(_ study: Study) throws {
  guard try study.total.parameters.total < 100_000, study.memory.peak < 200_000, study.graph.nodes.count < 300 else {
    return
  }
  guard study.graph.nodes.allSatisfy({ node in (try? node.output.elements()).map { $0 < 100_000 } == true }) else {
    return
  }
  do {
    let weights = GeneratedWeights()
    let plan = try Planner.plan(study.graph, weights: weights)
    let macs = try study.total.macs
    guard macs < 200_000, study.graph.nodes.count < 60 else { return }
    let inputs = study.graph.inputs.map {
      [Float](repeating: 0.5, count: study.graph.nodes[$0].output.extents.reduce(1, *))
    }
    let outputs = Executor(plan).run(inputs)
    precondition(outputs.count == study.graph.outputs.count)
    let reference = try ReferenceExecutor(study.graph, weights: weights, inputs: inputs)
    let predicted = try study.analysis.costs.map { try $0.macs }
    precondition(reference.multiplyAdds == predicted, "\(reference.multiplyAdds) is not \(predicted)")
    for (output, values) in zip(study.graph.outputs, outputs) {
      let expected = reference.tensors[output.node].values
      precondition(values.count == expected.count, "as many values")
      let scale = expected.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
      for (a, b) in zip(values, expected) where a.isFinite || b.isFinite {
        precondition(abs(a - b) <= 1e-3 * scale, "\(a) is not \(b)")
      }
    }
  } catch let error as PlanError {
    precondition(!error.description.isEmpty)
  }
}
