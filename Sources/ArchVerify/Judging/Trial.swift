import ArchAlgebra
import ArchCost
import ArchSpec

/// One claim before the judge.
struct Trial {
  let claim: RecordedClaim
  var evaluator: ClaimEvaluator
  let domain: ClaimDomain
  let condition: ExprSyntax?
  let tolerance: NumberSyntax?
  /// What the judgement rests on is about settings that it names itself.
  let plain: ClaimEvaluator

  init(_ claim: RecordedClaim, _ bench: Workbench) throws {
    self.claim = claim
    var evaluator = ClaimEvaluator(bench: bench, specification: claim.specification, claim.scope)
    if case .domains(let domains)? = claim.syntax["over"] {
      domain = try ClaimDomain(domains, evaluator: evaluator)
    } else {
      domain = try ClaimDomain([], evaluator: evaluator)
    }
    condition = claim.expression("when")
    tolerance = if case .number(let number, _)? = claim.expression("within") { number } else { nil }
    if case .text(let name, let place)? = claim.expression("under") {
      guard let convention = CountingConvention.named(name) else {
        throw ClaimSyntax.unknownConvention(name, at: place, among: CountingConvention.all.map(\.name))
      }
      evaluator.convention = convention
    }
    plain = evaluator
    var mentions = Mentions()
    for comparison in claim.syntax.comparisons { mentions.visit(comparison) }
    if case .comparisons(let amended)? = claim.syntax["amended"] { amended.forEach { mentions.visit($0) } }
    evaluator.open = claim.syntax.openNames(mentions, among: claim.scope.parameters)
    for (name, least) in domain.open {
      evaluator.open.insert(name)
      evaluator.values[name] = Expr(Symbol(name))
      evaluator.assumptions.declareInteger(Symbol(name))
      evaluator.assumptions.declare(Symbol(name), atLeast: least)
    }
    for parameter in claim.scope.parameters {
      guard evaluator.open.contains(parameter.name) || evaluator.open.contains(parameter.symbol.name) else { continue }
      if parameter.kind == .integer { evaluator.assumptions.declareInteger(parameter.symbol) }
      guard case .between(let low, let high, _) = parameter.range else { continue }
      if let low { evaluator.assumptions.declare(parameter.symbol, atLeast: low) }
      if let high { evaluator.assumptions.declare(parameter.symbol, atMost: high) }
    }
    self.evaluator = evaluator
  }

  mutating func run(into judgement: inout Judgement) throws {
    // What the judgement rests on comes first: if it does not hold, nothing follows.
    if case .comparisons(let shown)? = claim.syntax["showing"] {
      for comparison in shown {
        let finding = try decide(comparison, plain, unit: comparison.right.printed?.unit)
        judgement.evidence.append(evidence(comparison, finding, .shown))
        guard finding.holds else {
          throw Diagnostic("what the claim rests on does not hold: \(comparison)", at: comparison.place)
        }
      }
    }
    guard claim.kind != .undecidable else {
      judgement.verdict = .undecidable
      return
    }
    let findings = try claim.syntax.comparisons.map { ($0, try check($0, only: nil)) }
    judgement.evidence.insert(contentsOf: findings.map { evidence($0.0, $0.1, .claimed) }, at: 0)
    if findings.allSatisfy({ $0.1.holds }) {
      judgement.verdict = .true
      return
    }
    if try holdsUnderCondition(&judgement) || holdsAmended(&judgement) || agreesOtherwise(findings, &judgement) {
      judgement.verdict = .conditional
    } else {
      judgement.verdict = .false
    }
  }

  // MARK: Conditions

  private func holdsUnderCondition(_ judgement: inout Judgement) throws -> Bool {
    guard let condition else { return false }
    var findings: [(ClaimSyntax.Comparison, Finding)] = []
    for comparison in claim.syntax.comparisons { findings.append((comparison, try check(comparison, only: condition))) }
    guard findings.allSatisfy({ $0.1.holds && $0.1.points > 0 }) else { return false }
    judgement.evidence += findings.map { evidence($0.0, $0.1, .amended) }
    judgement.condition = "\(condition)"
    return true
  }

  private func holdsAmended(_ judgement: inout Judgement) throws -> Bool {
    guard case .comparisons(let amended)? = claim.syntax["amended"] else { return false }
    let findings = try amended.map { ($0, try check($0, only: nil)) }
    judgement.evidence += findings.map { evidence($0.0, $0.1, .amended) }
    guard findings.allSatisfy({ $0.1.holds }) else { return false }
    judgement.condition = amended.map(\.description).joined(separator: " and ")
    return true
  }

  /// A figure that is not printed as it is counted may be cut off instead of rounded, or count something else.
  private func agreesOtherwise(_ findings: [(ClaimSyntax.Comparison, Finding)], _ judgement: inout Judgement) throws
    -> Bool
  {
    var conditions: [String] = []
    for (comparison, finding) in findings where !finding.holds {
      guard comparison.relation == .about else { return false }
      if case .byTruncation? = finding.agreement {
        conditions.append("\(comparison.right) is cut off, not rounded")
      } else if let convention = try otherConvention(comparison) {
        conditions.append("\(comparison.left) counts \(convention)")
      } else {
        return false
      }
    }
    judgement.condition = conditions.joined(separator: "; ")
    return true
  }

  /// The convention under which a figure agrees exactly or by rounding.
  private func otherConvention(_ comparison: ClaimSyntax.Comparison) throws -> String? {
    let name: String
    switch comparison.left {
    case .name(let own): name = own.text
    case .call(let call): name = call.name.text
    default: return nil
    }
    guard ["params", "macs", "flops"].contains(name) else { return nil }
    var other = self
    for convention in CountingConvention.all {
      other.evaluator.convention = convention
      guard try other.check(comparison, only: nil).holds else { continue }
      return name == "params" ? "\(convention.parameters.rawValue) parameters only" : "as \(convention.name) does"
    }
    return nil
  }
}

extension RecordedClaim {
  fileprivate func expression(_ keyword: String) -> ExprSyntax? {
    if case .expression(let expression)? = syntax[keyword] { expression } else { nil }
  }
}
