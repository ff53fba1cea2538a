import ArchAlgebra
import ArchIR

// Parameters, constants and assumptions: what is known before the first layer.

extension Elaborator {
  mutating func bindParameters() throws -> [Architecture<D>.Setting] {
    let parameters = try specification.parameters(of: network)
    for name in options.settings.keys where !parameters.contains(where: { $0.name == name }) {
      let near = suggestion(for: name, among: parameters.map(\.name)).map { "; did you mean \($0)?" } ?? ""
      throw SettingError(
        parameter: name, value: options.settings[name]!.description,
        reason: "\(network.name.text) has no such parameter\(near)")
    }
    return try parameters.map { parameter in
      var value = parameter.defaultValue
      if let given = options.settings[parameter.name] {
        try parameter.check(given)
        value = given
      }
      var global = value
      if let number = value.number?.constant {
        binding[parameter.symbol] = number
        if isSymbolic {
          global = .number(Expr(parameter.symbol))
          try declare(parameter)
        }
      }
      globals[parameter.name] = global
      globals[parameter.symbol.name] = global
      return .init(parameter: parameter, value: value)
    }
  }

  private mutating func declare(_ parameter: Parameter) throws {
    if parameter.kind == .integer { assumptions.declareInteger(parameter.symbol) }
    switch parameter.range {
    case .between(let low, let high, _):
      if let low { assumptions.declare(parameter.symbol, atLeast: low) }
      if let high { assumptions.declare(parameter.symbol, atMost: high) }
    case .members(let members):
      let numbers = members.compactMap { $0.number?.constant }
      if let low = numbers.min() { assumptions.declare(parameter.symbol, atLeast: low) }
      if let high = numbers.max() { assumptions.declare(parameter.symbol, atMost: high) }
    }
  }

  /// Constants have their values whatever the order in which they stand; those of a network that depend on what
  /// comes in (`let width = in`) have them where they stand.
  ///
  /// - Returns: the names of the latter.
  mutating func bindConstants() throws -> Set<String> {
    for constant in specification.constants { constants[constant.name.text] = constant }
    var late: Set<String> = []
    var early: [ConstantSyntax] = []
    // What is another name of an operator or a block is so before anything asks for its value.
    for constant in specification.constants {
      if case .name = constant.value { _ = try? value(ofConstant: constant) }
    }
    for case .item(let item) in network.members {
      guard case .constant(let constant) = item.kind else { continue }
      var mentioned = ReferencedNames()
      mentioned.visit(constant.value)
      if mentioned.mentionsInput || !mentioned.names.isDisjoint(with: late) {
        late.insert(constant.name.text)
        constants[constant.name.text] = nil
      } else {
        early.append(constant)
        constants[constant.name.text] = constant
        late.remove(constant.name.text)
      }
    }
    for constant in early { _ = try value(ofConstant: constant) }
    return late
  }

  mutating func value(ofConstant constant: ConstantSyntax) throws -> Value {
    if let known = globals[constant.name.text] { return known }
    if let first = unfinished.firstIndex(where: { $0.text == constant.name.text }) {
      let cycle = unfinished[first...].map(\.text) + [constant.name.text]
      throw Diagnostic(
        "the value of '\(constant.name.text)' depends on itself", at: constant.name.place,
        cause: cycle.joined(separator: " → "))
    }
    unfinished.append(constant.name)
    let outer = (locals, current)
    (locals, current) = ([:], nil)
    defer {
      (locals, current) = outer
      unfinished.removeLast()
    }
    let outerUse = inputOverride.beginConstant()
    let value = try evaluate(constant.value)
    inputOverride.endConstant(constant.name.text, outerUse)
    globals[constant.name.text] = value
    return value
  }

  /// An assumption mentions what the file or one of its networks declares, and no layer.
  private func check(
    _ assumption: AssumptionSyntax, _ mentioned: Set<String>, _ declared: Set<String>, _ late: Set<String>
  ) throws {
    if let name = mentioned.intersection(late).min() {
      throw Diagnostic(
        "an assumption is about parameters", at: assumption.dividend.place,
        cause: "'\(name)' depends on what comes in where it stands")
    }
    let known = declared.union(Functions.names)
    guard let unknown = mentioned.subtracting(known).min() else { return }
    let near = suggestion(for: unknown, among: Array(known)).map { "did you mean '\($0)'?" }
    throw Diagnostic("unknown name '\(unknown)'", at: assumption.dividend.place, help: near)
  }

  /// Assumptions are used where they hold at the given values, and are then conditions of the result; those of the file
  /// where the network has the parameters that they are about.
  mutating func assume(late: Set<String>) throws {
    var all = specification.assumptions
    for case .item(let item) in network.members {
      if case .assumption(let assumption) = item.kind { all.append(assumption) }
    }
    guard !all.isEmpty else { return }
    let use = inputOverride.used
    defer { inputOverride.used = use }
    let declared = specification.declaredNames
    let others = declared.subtracting(globals.keys).subtracting(constants.keys)
    for assumption in all {
      let mentioned = specification.namesReached(from: assumption.dividend.names.union(assumption.divisor.names))
      try check(assumption, mentioned, declared, late)
      guard isSymbolic, mentioned.isDisjoint(with: others) else { continue }
      let divisor = try integer(assumption.divisor, "what is assumed to divide something")
      guard divisor > 0 else {
        throw Diagnostic(
          "only a positive integer can be assumed to divide something", at: assumption.divisor.place,
          cause: "this is \(divisor)")
      }
      // What is not there at the given values, as an element of a shorter list, does not agree with them.
      guard let dividend = try? number(assumption.dividend) else { continue }
      let condition = Condition(left: Expr(divisor), relation: .divides, right: dividend)
      guard dividend.constant == nil, try exact(assumption.dividend.place, { try condition.holds(at: binding) }) else {
        continue
      }
      try exact(assumption.dividend.place) { try assumptions.declare(divisor, divides: dividend) }
      record(condition)
    }
  }
}
