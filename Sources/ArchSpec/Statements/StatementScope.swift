import ArchAlgebra

/// What the claims and sweeps of a network may mention.
///
/// They are judged elsewhere, by what can count; here it is only made sure that they mean something, so that a slip
/// in a claim is found when its network is loaded and not when somebody judges it.
struct StatementScope {
  /// What a claim can be about.
  static let metrics = [
    "params", "weights", "biases", "normalization", "buffers", "macs", "flops", "elementwise", "activations", "memory",
    "depth",
  ]
  static let functions = ["round", "floor", "ceil", "min", "max", "sqrt", "divisible", "sum", "length"]

  let specification: Specification
  /// The network that the statements stand in; `nil` for those of a file with several networks.
  let network: NetworkSyntax?
  let parameters: [Parameter]
  let constants: Set<String>
  /// Whether another file has a network; `nil` where that is not known.
  let isKnownNetwork: (@Sendable (String) -> Bool)?

  init(
    _ specification: Specification, network: NetworkSyntax?, isKnownNetwork: (@Sendable (String) -> Bool)?
  ) throws {
    self.specification = specification
    self.network = network ?? (specification.networks.count == 1 ? specification.networks[0] : nil)
    self.isKnownNetwork = isKnownNetwork
    parameters =
      try self.network.map { try specification.parameters(of: $0) }
      ?? specification.parameters.map { try Parameter($0, base: nil) }
    var constants = Set(specification.constants.map(\.name.text))
    for case .item(let item) in self.network?.members ?? [] {
      if case .constant(let constant) = item.kind { constants.insert(constant.name.text) }
    }
    self.constants = constants
  }

  func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name || $0.symbol.name == name } }

  /// How errors call what the statements stand in.
  private var owner: String { network.map { "'\($0.name.text)'" } ?? "the file" }

  func requireParameter(_ name: Name) throws -> Parameter {
    if let parameter = parameter(name.text) { return parameter }
    let names = parameters.map(\.name)
    throw Diagnostic(
      "\(owner) has no parameter '\(name.text)'", at: name.place,
      cause: names.isEmpty ? nil : "its parameters are \(names.joined(separator: ", "))",
      help: suggestion(for: name.text, among: names).map { "did you mean '\($0)'?" })
  }

  /// - Returns: the network if it stands in the same file.
  @discardableResult
  func requireNetwork(_ name: Name) throws -> NetworkSyntax? {
    if let known = specification.network(named: name.text) { return known }
    guard let isKnownNetwork, !isKnownNetwork(name.text) else { return nil }
    let near = suggestion(for: name.text, among: specification.networks.map(\.name.text))
    throw Diagnostic("there is no network '\(name.text)'", at: name.place, help: near.map { "did you mean '\($0)'?" })
  }

  /// The value of something that mentions no names, which a parameter must be able to take.
  func check(_ expression: ExprSyntax, isValueOf parameter: Parameter) throws {
    let value = try ConstantEvaluator().value(of: expression)
    do { try parameter.check(value) } catch let error as SettingError {
      throw Diagnostic("'\(parameter.name)' cannot have this value", at: expression.place, cause: error.reason)
    }
  }

  // MARK: Expressions

  /// - Parameter hasMetrics: whether costs may be mentioned, or parameters and constants only.
  func checkNumber(_ expression: ExprSyntax, hasMetrics: Bool) throws {
    switch expression {
    case .number: break
    case .name(let name): try checkName(name, hasMetrics: hasMetrics)
    case .call(let call): try checkCall(call, hasMetrics: hasMetrics)
    case .unary(.minus, let operand, _): try checkNumber(operand, hasMetrics: hasMetrics)
    case .binary(let op, let left, let right, _) where op.precedence > 3:
      try checkNumber(left, hasMetrics: hasMetrics)
      try checkNumber(right, hasMetrics: hasMetrics)
    case .index(let base, let index, _):
      try checkNumber(base, hasMetrics: false)
      try checkNumber(index, hasMetrics: false)
    case .conditional(let condition, let first, let second, _):
      try checkCondition(condition)
      try checkNumber(first, hasMetrics: hasMetrics)
      try checkNumber(second, hasMetrics: hasMetrics)
    case .input(let place):
      throw Diagnostic("'in' means nothing outside of layers", at: place)
    default: throw Diagnostic("expected a number", at: expression.place)
    }
  }

  func checkCondition(_ expression: ExprSyntax) throws {
    switch expression {
    case .unary(.not, let operand, _): try checkCondition(operand)
    case .binary(let op, let left, let right, _) where op == .and || op == .or:
      try checkCondition(left)
      try checkCondition(right)
    case .binary(let op, let left, let right, _) where op.isComparison:
      for side in [left, right] {
        if case .text = side { continue }
        try checkNumber(side, hasMetrics: true)
      }
    case .name(let name) where ["true", "false"].contains(name.text) || parameter(name.text)?.kind == .boolean: break
    default:
      throw Diagnostic("expected a condition", at: expression.place, help: "as in: C == 32 and d != 4")
    }
  }

  private func checkName(_ name: Name, hasMetrics: Bool) throws {
    if parameter(name.text) != nil || constants.contains(name.text) { return }
    if Self.metrics.contains(name.text) {
      guard hasMetrics else {
        throw Diagnostic("a cost cannot stand here", at: name.place, cause: "'\(name.text)' is a cost of the network")
      }
      guard network != nil else { throw ambiguous(name) }
      return
    }
    if specification.blocks[name.text] != nil {
      throw Diagnostic("'\(name.text)' is a block", at: name.place, cause: "costs are those of networks")
    }
    let known = (hasMetrics ? Self.metrics : []) + parameters.map(\.name) + Array(constants)
    throw Diagnostic(
      "unknown name '\(name.text)'", at: name.place,
      help: suggestion(for: name.text, among: known).map { "did you mean '\($0)'?" })
  }

  private func ambiguous(_ name: Name) -> Diagnostic {
    Diagnostic(
      "this does not say which network it is about", at: name.place, cause: "the file has \(specification.networks.count)",
      help: "write \(name.text)(\(specification.networks.first?.name.text ?? "network")), or move it into the network")
  }

  private func checkCall(_ call: CallSyntax, hasMetrics: Bool) throws {
    if Self.metrics.contains(call.name.text) {
      guard hasMetrics else { throw Diagnostic("a cost cannot stand here", at: call.place) }
      return try checkCost(call)
    }
    guard Self.functions.contains(call.name.text) else {
      let near = suggestion(for: call.name.text, among: Self.functions + Self.metrics)
      throw Diagnostic(
        "unknown function '\(call.name.text)'", at: call.name.place, help: near.map { "did you mean '\($0)'?" })
    }
    let count: ClosedRange<Int> =
      switch call.name.text {
      case "min", "max", "sum": 1...Int.max
      case "divisible": 2...2
      default: 1...1
      }
    guard count.contains(call.arguments.count) else {
      throw Diagnostic(
        "'\(call.name.text)' takes \(count.upperBound == .max ? "at least 1" : "\(count.lowerBound)") argument\(count.lowerBound == 1 ? "" : "s")",
        at: call.place, cause: "\(call.arguments.count) are given")
    }
    for argument in call.arguments {
      if let label = argument.label, !(call.name.text == "divisible" && label.text == "by") {
        throw Diagnostic("the arguments of a function have no names", at: label.place)
      }
      if case .list(let elements, _) = argument.value {
        for element in elements { try checkNumber(element, hasMetrics: hasMetrics) }
      } else {
        try checkNumber(argument.value, hasMetrics: hasMetrics)
      }
    }
  }

  /// `macs(resnet50, resolution: 320)`, or `macs(resolution: 320)` of the network that the claim stands in.
  private func checkCost(_ call: CallSyntax) throws {
    var settings = call.arguments[...]
    var other: NetworkSyntax? = network
    var isHere = true
    if let first = settings.first, first.label == nil {
      guard case .name(let name) = first.value else {
        throw Diagnostic("expected the name of a network", at: first.value.place)
      }
      other = try requireNetwork(name)
      isHere = other != nil
      settings = settings.dropFirst()
    } else if network == nil {
      throw ambiguous(call.name)
    }
    let scope = try other.map { try StatementScope(specification, network: $0, isKnownNetwork: isKnownNetwork) }
    for setting in settings {
      guard let label = setting.label else {
        throw Diagnostic(
          "a setting has the name of its parameter", at: setting.value.place, help: "as in: macs(network, resolution: 320)")
      }
      guard isHere, let scope else { continue }
      try scope.check(setting.value, isValueOf: try scope.requireParameter(label))
    }
  }
}
