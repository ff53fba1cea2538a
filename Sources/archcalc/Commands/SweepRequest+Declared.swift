import ArchReport
import ArchSpec
import ArchVerify

extension SweepRequest {
  /// The axes of a sweep that the specification declares.
  ///
  /// - Throws: ``UsageError`` if there is none of that name, or if it is one that needs a budget.
  mutating func declare(_ name: String, _ parameter: (String) -> Parameter?) throws {
    let sweeps = found.specification.declaredSweeps(of: found.network)
    guard let sweep = sweeps.enumerated().first(where: { $1.isCalled(name, number: $0 + 1) })?.element else {
      let known = sweeps.enumerated().map { "\($0 + 1) (\($1.title))" }.joined(separator: ", ")
      throw UsageError(
        "\(found.network) declares no sweep '\(name)'",
        help: known.isEmpty ? "it declares none" : "it declares \(known)")
    }
    guard sweep.solving == nil else {
      throw UsageError(
        "that sweep solves for \(sweep.solving!.text) at a given cost",
        help: "archcalc \(found.network) --params N --sweep")
    }
    let parameters = try sweep.variables.map { variable in
      guard let found = parameter(variable.text) else { throw UsageError("there is no parameter '\(variable.text)'") }
      return found
    }
    var declared: [Axis] = []
    switch sweep.values {
    case .members(let members, _)?:
      for (index, parameter) in parameters.enumerated() {
        declared.append(
          Axis(parameter, values: .list(try members.map { try parameter.value(parsing: $0.part(index).description) })))
      }
    case .range(let from, let to, let step, _)?:
      let bounds = parameters[0].bounds
      guard let low = from?.description ?? bounds.low, let high = to?.description ?? bounds.high else {
        throw UsageError("that sweep has no end")
      }
      declared = [try Axis(parameters[0], parsing: "\(low)..\(high)" + (step.map { ":\($0)" } ?? ""))]
    case nil: throw UsageError("that sweep has no values")
    }
    axes.removeAll { axis in declared.contains { $0.parameter.name == axis.parameter.name } }
    axes = declared + axes
    joined = declared.count
    if case .text(let text, _)? = sweep.citation { citation = text }
  }

  /// `params,macs,elasticity(macs, alpha),macs/params`
  mutating func setColumns(_ text: String, _ parameter: (String) -> Parameter?) throws {
    metrics = []
    extras = []
    for name in Self.columns(text) {
      guard !metrics.contains(where: { $0.rawValue == name }), !extras.contains(where: { $0.title == name }) else {
        throw UsageError("the column '\(name)' is given twice")
      }
      if let metric = Metric(rawValue: name) {
        metrics.append(metric)
      } else {
        extras.append(try extra(name, parameter))
      }
    }
    guard !metrics.isEmpty || !extras.isEmpty else { throw UsageError("--columns needs at least one column") }
    if metrics.isEmpty { metrics = [.macs] }
  }

  private func extra(_ name: String, _ parameter: (String) -> Parameter?) throws -> SweepExtra {
    let parts = name.split { "(), ".contains($0) }.map(String.init)
    // Some totals of sweeps are no measures of claims.
    if parts.first == "elasticity", parts.count == 3, name.hasSuffix(")"), let metric = Metric(rawValue: parts[1]) {
      guard let parameter = parameter(parts[2]), parameter.defaultValue.number != nil else {
        throw UsageError("\(found.network) has no numeric parameter '\(parts[2])'")
      }
      return .elasticity(metric, parameter)
    }
    do {
      return .expression(
        try ClaimExpression(
          name, specification: found.specification, network: found.network, other: claim,
          lookUp: { try Networks.reference($0, from: $1) }))
    } catch let error as Diagnostic {
      let names = Metric.allCases.map(\.rawValue)
      let near = suggestion(for: name, among: names).map { "did you mean '\($0)'?" }
      throw UsageError(
        "there is no column '\(name)': \(error.message)", help: near ?? error.help ?? names.joined(separator: ", "))
    }
  }

  /// The claim of a shipped file that has a name.
  ///
  /// - Throws: ``UsageError`` if it does not mention the network: there is nothing to sweep.
  private func claim(named name: String) throws -> RecordedClaim? {
    let ledger = try Networks.library.sources.flatMap { try Specification($0).ledger }
    guard let claim = ledger.first(where: { $0.label == name }) else { return nil }
    guard claim.isAbout(found.network) else {
      throw UsageError(
        "the claim \(name) says nothing of \(found.network)", help: claim.network.map { "it is about \($0)" })
    }
    return claim
  }

  /// Makes sure that the filter means something before anything is printed.
  mutating func checkCondition() throws {
    guard let condition else { return }
    let metrics = Metric.allCases.map(\.rawValue)
    let known = metrics + axes.flatMap { [$0.parameter.name, $0.parameter.symbol.name] } + ["true", "false"]
    let near = condition.names.subtracting(known).sorted().compactMap { suggestion(for: $0, among: known) }.first
    let expression = try Self.explained(near) {
      try ClaimExpression(
        condition: condition, figures: metrics, specification: found.specification, network: found.network,
        lookUp: { try Networks.reference($0, from: $1) })
    }
    if !condition.names.isSubset(of: known) { measured = expression }
  }

  static let exampleOfCondition = "a condition is written as 'macs < 300M and params < 3M'"

  /// Adds to an error in a condition what may have been meant, or how one is written.
  static func explained<T>(_ near: String? = nil, _ body: () throws -> T) throws -> T {
    do { return try body() } catch var error as Diagnostic where error.help == nil {
      error.help = near.map { "did you mean '\($0)'?" } ?? exampleOfCondition
      throw error
    }
  }

  /// The parts between commas that stand outside of parentheses and quotes.
  private static func columns(_ text: String) -> [String] {
    var columns = [""]
    var depth = 0
    var isQuoted = false
    for character in text {
      switch character {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "\"": isQuoted.toggle()
      case "," where depth == 0 && !isQuoted:
        columns.append("")
        continue
      default: break
      }
      columns[columns.count - 1].append(character)
    }
    return columns.map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
  }
}

extension SweepSyntax {
  fileprivate func isCalled(_ name: String, number: Int) -> Bool {
    if label?.text == name || name == String(number) { return true }
    if case .text(let text, _)? = citation { return text.lowercased() == name.lowercased() }
    return false
  }

  fileprivate var title: String {
    if let label { return label.text }
    if case .text(let text, _)? = citation { return text }
    return variables.map(\.text).joined(separator: ", ")
  }
}

extension ExprSyntax {
  /// A part of a tuple; what is no tuple is its own part.
  fileprivate func part(_ index: Int) -> ExprSyntax {
    if case .tuple(let parts, _) = self, parts.indices.contains(index) { parts[index] } else { self }
  }
}

extension Parameter {
  fileprivate var bounds: (low: String?, high: String?) {
    if case .between(let low, let high, _) = range { (low?.description, high?.description) } else { (nil, nil) }
  }
}
