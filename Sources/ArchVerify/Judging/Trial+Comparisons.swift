import ArchAlgebra
import ArchSpec

extension Trial {
  /// Whether a comparison holds at all points where the condition does: what came out at the point where it holds least,
  /// or is most wrong.
  func check(_ comparison: ClaimSyntax.Comparison, only condition: ExprSyntax?) throws -> Finding {
    var worst: Finding?
    var (points, failing) = (0, 0)
    var rows: [Evidence.Row] = []
    let isTable = (2...Evidence.mostRows).contains(domain.points.count)
    var evaluator = evaluator
    for point in domain.points {
      for (name, coordinate) in zip(domain.names, point) { evaluator.values[name] = Expr(coordinate.value) }
      if let condition, try !evaluator.holds(condition) { continue }
      var finding = try decide(comparison, evaluator, unit: unit(of: comparison.right, at: point))
      points += 1
      if !finding.holds { failing += 1 }
      if isTable { rows.append(row(finding, at: point)) }
      if let known = worst, !finding.isWorse(than: known) { continue }
      finding.place = zip(domain.names, point).map { "\($0) = \($1.value.decimalDescription)" }.joined(separator: ", ")
      worst = finding
    }
    var finding =
      worst ?? Finding(left: Amount(0), right: Amount(0), relation: comparison.relation, holds: false)
    (finding.points, finding.failing, finding.rows) = (points, failing, rows)
    return finding
  }

  private func row(_ finding: Finding, at point: [ClaimDomain.Coordinate]) -> Evidence.Row {
    Evidence.Row(
      settings: zip(domain.names, point).map { (name: $0, value: $1.text) }, left: finding.left.description,
      right: finding.right.description, holds: finding.holds, remark: agreement(finding).joined(separator: ", "))
  }

  /// How a printed number agrees, and within which tolerance.
  private func agreement(_ finding: Finding) -> [String] {
    var remarks: [String] = []
    if let agreement = finding.agreement { remarks.append(agreement.description) }
    if finding.needsTolerance, let tolerance { remarks.append("within \(tolerance.text)") }
    return remarks
  }

  /// The value of the last digit that is printed: of a literal, or of one that a variable stands for.
  private func unit(of expression: ExprSyntax, at point: [ClaimDomain.Coordinate]) -> Double? {
    guard case .name(let name) = expression, let index = domain.names.firstIndex(of: name.text) else {
      return expression.printed?.unit
    }
    return point[index].unit
  }

  /// What comes out at the values that an evaluator has.
  func decide(_ comparison: ClaimSyntax.Comparison, _ evaluator: ClaimEvaluator, unit: Double?) throws -> Finding {
    let (left, right) = (try evaluator.amount(comparison.left), try evaluator.amount(comparison.right))
    var finding = Finding(left: left, right: right, relation: comparison.relation, holds: false)
    let tolerance = tolerance?.value.doubleValue
    if comparison.relation == .about, let value = left.number, let printed = right.number {
      let agreement = Agreement(value, printed: printed, unit: unit)
      finding.agreement = agreement
      switch agreement {
      case .exactly, .byRounding: finding.holds = true
      case .byTruncation, .off:
        finding.holds = tolerance.map { (value / printed - 1).magnitude <= $0 } ?? false
        finding.needsTolerance = finding.holds
      }
      return finding
    }
    if let holds = try Comparing.decide(left, comparison.relation, right, assuming: evaluator.assumptions) {
      finding.holds = holds
      if !holds, let tolerance, let value = left.number, let bound = right.number {
        // A bound that may be missed by so much.
        let slack = bound.magnitude * tolerance
        finding.holds =
          switch comparison.relation {
          case .less, .atMost: value <= bound + slack
          case .greater, .atLeast: value >= bound - slack
          default: (value - bound).magnitude <= slack
          }
        finding.needsTolerance = finding.holds
      }
      return finding
    }
    guard case (.exact(let a), .exact(let b)) = (left, right) else {
      throw Diagnostic("this cannot be decided", at: comparison.place)
    }
    guard let values = try CounterexampleSearch(evaluator.assumptions).search(a, comparison.relation, b) else {
      throw Diagnostic(
        "this is neither proved nor refuted: \(left.description) and \(right.description)", at: comparison.place)
    }
    finding.counterexample = values
    return finding
  }

  func evidence(_ comparison: ClaimSyntax.Comparison, _ finding: Finding, _ role: Evidence.Role) -> Evidence {
    var remarks = agreement(finding)
    if finding.left.number == nil || finding.right.number == nil { remarks.append("closed forms") }
    if finding.holds, domain.points.count > 1, role != .shown {
      let isTold = finding.points > 1 && finding.excess.isFinite && finding.excess != 0
      remarks.append(
        "at \(finding.points) point\(finding.points == 1 ? "" : "s")"
          + (isTold ? ", the tightest \(finding.place)" : ""))
    }
    let counterexample = [finding.place, finding.counterexample].filter { !$0.isEmpty }.joined(separator: ", ")
    return Evidence(
      role: role, comparison: comparison.description, left: finding.left.description, right: finding.right.description,
      holds: finding.holds, remark: remarks.joined(separator: ", "),
      convention: claim.kind == .count || claim.kind == .published ? evaluator.convention?.name ?? "macs" : "",
      counterexample: finding.holds ? "" : counterexample, points: finding.points, failing: finding.failing,
      rows: finding.rows)
  }
}
