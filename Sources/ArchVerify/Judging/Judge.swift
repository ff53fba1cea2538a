import ArchAlgebra
import ArchCost
import ArchSpec

/// Judges claims: computes both sides wherever they are claimed, and says what came out.
///
/// Nothing here knows a claim or a network: a verdict follows from the comparisons, their domain, the condition and
/// the amendment that are written beside them.
public struct Judge {
  private let bench: Workbench

  public init(_ bench: Workbench) { self.bench = bench }

  public func judge(_ claim: RecordedClaim) -> Judgement {
    var judgement = Judgement(claim: claim)
    do {
      var trial = try Trial(claim, bench)
      try trial.run(into: &judgement)
    } catch let error as Diagnostic {
      judgement.verdict = nil
      judgement.failure = error.cause.map { "\(error.message): \($0)" } ?? error.message
    } catch {
      judgement.verdict = nil
      judgement.failure = "\(error)"
    }
    return judgement
  }
}

/// One claim before the judge.
private struct Trial {
  let claim: RecordedClaim
  var evaluator: ClaimEvaluator
  let domain: ClaimDomain
  let condition: ExprSyntax?
  let tolerance: Rational?
  /// What the judgement rests on is about settings that it names itself.
  let plain: ClaimEvaluator

  init(_ claim: RecordedClaim, _ bench: Workbench) throws {
    self.claim = claim
    var evaluator = ClaimEvaluator(bench: bench, specification: claim.specification, owner: claim.owner)
    if case .domains(let domains)? = claim.syntax["over"] {
      domain = try ClaimDomain(domains, evaluator: evaluator)
    } else {
      domain = try ClaimDomain([], evaluator: evaluator)
    }
    condition = claim.expression("when")
    tolerance = if case .number(let number, _)? = claim.expression("within") { number.value } else { nil }
    if case .text(let name, let place)? = claim.expression("under") {
      guard let convention = CountingConvention.named(name) else {
        let names = CountingConvention.all.map(\.name)
        throw Diagnostic(
          "there is no convention '\(name)'", at: place,
          help: suggestion(for: name, among: names).map { "did you mean '\($0)'?" } ?? names.joined(separator: ", "))
      }
      evaluator.convention = convention
    }
    plain = evaluator
    var mentions = Mentions()
    for comparison in claim.syntax.comparisons { mentions.visit(comparison) }
    if case .comparisons(let amended)? = claim.syntax["amended"] { amended.forEach { mentions.visit($0) } }
    evaluator.open = claim.specification.openNames(of: claim.syntax, mentions, owner: claim.owner)
    for (name, least) in domain.open {
      evaluator.open.insert(name)
      evaluator.values[name] = Expr(Symbol(name))
      evaluator.assumptions.declareInteger(Symbol(name))
      evaluator.assumptions.declare(Symbol(name), atLeast: least)
    }
    for parameter in claim.specification.parameters(of: claim.owner) {
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
        let finding = try decide(comparison, plain)
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
    guard condition == nil, claim.syntax["amended"] == nil else { return false }
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

  // MARK: Comparisons

  private struct Finding {
    var left: Amount
    var right: Amount
    var holds: Bool
    var agreement: Agreement?
    var points: Int
    var counterexample = ""
  }

  /// Whether a comparison holds at all points where the condition does.
  private func check(_ comparison: ClaimSyntax.Comparison, only condition: ExprSyntax?) throws -> Finding {
    var first: Finding?
    var count = 0
    var evaluator = evaluator
    for point in domain.points {
      for (name, value) in zip(domain.names, point) { evaluator.values[name] = Expr(value) }
      if let condition, try !evaluator.holds(condition) { continue }
      count += 1
      var finding = try decide(comparison, evaluator)
      guard finding.holds else {
        let values = zip(domain.names, point).map { "\($0) = \($1.decimalDescription)" }
        finding.counterexample = (values + (finding.counterexample.isEmpty ? [] : [finding.counterexample])).joined(
          separator: ", ")
        finding.points = count
        return finding
      }
      if first == nil { first = finding }
    }
    guard var first else { return Finding(left: Amount(0), right: Amount(0), holds: false, points: 0) }
    first.points = count
    return first
  }

  private func decide(_ comparison: ClaimSyntax.Comparison, _ evaluator: ClaimEvaluator) throws -> Finding {
    let (left, right) = (try evaluator.amount(comparison.left), try evaluator.amount(comparison.right))
    if comparison.relation == .about, let value = left.number, let printed = right.number {
      let unit = comparison.right.printed?.unit
      let agreement = Agreement(value, printed: printed, unit: unit)
      let holds =
        switch agreement {
        case .exactly, .byRounding: true
        case .byTruncation: tolerance.map { (value / printed - 1).magnitude <= $0.doubleValue } ?? false
        case .off(let ratio): tolerance.map { ratio.magnitude <= $0.doubleValue } ?? false
        }
      return Finding(left: left, right: right, holds: holds, agreement: agreement, points: 1)
    }
    if let tolerance, comparison.relation != .about, let value = left.number, let bound = right.number {
      // A bound that may be missed by so much.
      let slack = bound.magnitude * tolerance.doubleValue
      let holds =
        switch comparison.relation {
        case .less, .atMost: value <= bound + slack
        case .greater, .atLeast: value >= bound - slack
        default: (value - bound).magnitude <= slack
        }
      return Finding(left: left, right: right, holds: holds, points: 1)
    }
    if let holds = try Comparing.decide(left, comparison.relation, right, assuming: evaluator.assumptions) {
      return Finding(left: left, right: right, holds: holds, points: 1)
    }
    guard case (.exact(let a), .exact(let b)) = (left, right) else {
      throw Diagnostic("this cannot be decided", at: comparison.place)
    }
    guard let values = try CounterexampleSearch(evaluator.assumptions).search(a, comparison.relation, b) else {
      throw Diagnostic(
        "this is neither proved nor refuted: \(left.description) and \(right.description)", at: comparison.place)
    }
    return Finding(left: left, right: right, holds: false, points: 1, counterexample: values)
  }

  private func evidence(_ comparison: ClaimSyntax.Comparison, _ finding: Finding, _ role: Evidence.Role) -> Evidence {
    var remarks: [String] = []
    if let agreement = finding.agreement { remarks.append(agreement.description) }
    if domain.points.count > 1, role != .shown {
      remarks.append("at \(finding.points) point\(finding.points == 1 ? "" : "s")")
    }
    if finding.left.number == nil || finding.right.number == nil { remarks.append("closed forms") }
    return Evidence(
      role: role, comparison: comparison.description, left: finding.left.description, right: finding.right.description,
      holds: finding.holds, remark: remarks.joined(separator: ", "),
      convention: claim.kind == .count || claim.kind == .published ? evaluator.convention?.name ?? "macs" : "",
      counterexample: finding.counterexample)
  }
}

extension ExprSyntax {
  /// The literal that it is, or is the negative of.
  fileprivate var printed: NumberSyntax? {
    switch self {
    case .number(let number, _): number
    case .unary(.minus, let operand, _): operand.printed
    default: nil
    }
  }
}

extension RecordedClaim {
  fileprivate func expression(_ keyword: String) -> ExprSyntax? {
    if case .expression(let expression)? = syntax[keyword] { expression } else { nil }
  }
}
