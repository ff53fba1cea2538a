import ArchAlgebra

/// What the claims and sweeps of a network may mention.
///
/// They are judged elsewhere, by what can count; here it is only made sure that they mean something, so that a slip
/// in a claim is found when its network is loaded and not when somebody judges it.
struct StatementScope {
  /// The costs of a network that a claim or a sweep can be about.
  static let metrics = [
    "params", "weights", "biases", "normalization", "buffers", "macs", "flops", "elementwise", "activations", "memory",
    "depth",
  ]
  /// What else can be said of a network: of its graph, and of the function that it computes.
  static let structure = [
    "layers", "inputs", "outputs", "height", "field", "branches", "topologies", "fields", "year",
    "difference", "freedom", "leastpaths", "mostpaths", "zeros", "distinct",
  ]
  /// What is taken over ranges of variables: `greatest(L*M, given: L*M*(9*M + L) <= 4672, L: 1..99, M: 1..9)`.
  static let comprehensions = ["greatest", "least", "number"]

  /// How fast a cost grows with a parameter: `elasticity(macs, alpha)`.
  static let elasticity = "elasticity"

  static func isMeasure(_ name: String) -> Bool {
    metrics.contains(name) || structure.contains(name) || comprehensions.contains(name) || name == elasticity
  }

  static let functions = ["round", "floor", "ceil", "min", "max", "sqrt", "divisible", "sum", "length"]

  let specification: Specification
  /// The network that the statements stand in; `nil` for those of a file with several networks.
  let network: NetworkSyntax?
  let parameters: [Parameter]
  let constants: Set<String>
  /// The names of networks in other files; `nil` where they are not known.
  let knownNetworks: (@Sendable () -> [String])?
  /// The names of counting conventions; `nil` where they are not known.
  var knownConventions: [String]?
  /// Names that a claim binds itself.
  var variables: Set<String> = []

  init(
    _ specification: Specification, network: NetworkSyntax?, knownNetworks: (@Sendable () -> [String])?
  ) throws {
    self.specification = specification
    self.network = network ?? (specification.networks.count == 1 ? specification.networks[0] : nil)
    self.knownNetworks = knownNetworks
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
    guard let others = knownNetworks?() else { return nil }
    // As on the command line, case does not matter.
    let folded = name.text.lowercased()
    if others.contains(where: { $0.lowercased() == folded }) { return nil }
    let near = suggestion(for: name.text, among: specification.networks.map(\.name.text) + others)
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
    if parameter(name.text) != nil || constants.contains(name.text) || variables.contains(name.text) { return }
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
      "this does not say which network it is about", at: name.place,
      cause: "the file has \(specification.networks.count)",
      help: "write \(name.text)(\(specification.networks.first?.name.text ?? "network")), or move it into the network")
  }

  private func checkCall(_ call: CallSyntax, hasMetrics: Bool) throws {
    if Self.comprehensions.contains(call.name.text) { return try checkComprehension(call) }
    if Self.isMeasure(call.name.text) {
      guard hasMetrics else { throw Diagnostic("a cost cannot stand here", at: call.place) }
      if call.name.text == Self.elasticity { return try checkElasticity(call) }
      return try checkCost(call)
    }
    guard Self.functions.contains(call.name.text) else {
      let near = suggestion(
        for: call.name.text,
        among: Self.functions + Self.metrics + Self.structure + Self.comprehensions + [Self.elasticity])
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

  /// `greatest(VALUE, given: CONDITION, L: 1..99, …)`
  private func checkComprehension(_ call: CallSyntax) throws {
    var inner = self
    var hasRange = false
    var given: Set<String> = []
    for argument in call.arguments {
      guard let label = argument.label else { continue }
      guard given.insert(label.text).inserted else {
        throw Diagnostic("'\(label.text)' is given twice", at: label.place)
      }
      guard label.text != "given" else { continue }
      guard case .range(let low, let high, _) = argument.value else {
        throw Diagnostic(
          "expected a range of '\(label.text)'", at: argument.value.place, help: "as in: \(label.text): 1..64")
      }
      try checkNumber(low, hasMetrics: false)
      try checkNumber(high, hasMetrics: false)
      inner.variables.insert(label.text)
      hasRange = true
    }
    guard hasRange else {
      throw Diagnostic("'\(call.name.text)' needs the ranges of its variables", at: call.place, help: "as in: L: 1..64")
    }
    let values = call.arguments.filter { $0.label == nil }
    guard values.count == (call.name.text == "number" ? 0 : 1) else {
      throw Diagnostic(
        call.name.text == "number" ? "'number' counts where 'given:' holds" : "'\(call.name.text)' takes one value",
        at: call.place)
    }
    for value in values { try inner.checkNumber(value.value, hasMetrics: true) }
    for argument in call.arguments where argument.label?.text == "given" { try inner.checkCondition(argument.value) }
  }

  /// `elasticity(macs, alpha)`, `elasticity(macs(mobilenet), alpha)`: whose parameter it is, is found out where it is
  /// computed.
  private func checkElasticity(_ call: CallSyntax) throws {
    guard call.arguments.count == 2, call.arguments.allSatisfy({ $0.label == nil }),
      case .name(let name) = call.arguments[1].value
    else {
      throw Diagnostic(
        "'elasticity' takes a cost and a parameter", at: call.place, help: "as in: elasticity(macs, alpha)")
    }
    try checkNumber(call.arguments[0].value, hasMetrics: true)
    if case .name = call.arguments[0].value { _ = try requireParameter(name) }
  }

  /// `macs(resnet50, "conv 1x1", resolution: 320)`, or `macs(resolution: 320)` of the network that the claim stands in.
  ///
  /// A text selects layers; names of layers of a network of another file are checked where they are looked up.
  private func checkCost(_ call: CallSyntax) throws {
    var settings = call.arguments[...]
    var other: NetworkSyntax? = network
    var isHere = true
    if let first = settings.first, first.label == nil, !first.value.selectsLayers {
      guard case .name(let name) = first.value else {
        throw Diagnostic("expected the name of a network", at: first.value.place)
      }
      other = try requireNetwork(name)
      isHere = other != nil
      settings = settings.dropFirst()
    } else if network == nil {
      throw ambiguous(call.name)
    }
    if call.name.text == "difference" {
      guard let second = settings.first, second.label == nil else {
        throw Diagnostic("'difference' takes two networks, or one and the size of a kernel", at: call.place)
      }
      if case .name(let name) = second.value {
        try requireNetwork(name)
      } else if case .size = second.value {
      } else {
        throw Diagnostic("expected a network or the size of a kernel", at: second.value.place)
      }
      settings = settings.dropFirst()
    }
    while let first = settings.first, first.label == nil || first.label?.text == "ones",
      case .text(let text, let place) = first.value
    {
      try LayerWords.check(text, of: other, in: specification, at: place)
      settings = settings.dropFirst()
    }
    let scope = try other.map { try StatementScope(specification, network: $0, knownNetworks: knownNetworks) }
    var given: Set<String> = []
    for setting in settings {
      guard let label = setting.label else {
        throw Diagnostic(
          "a setting has the name of its parameter", at: setting.value.place,
          help: "as in: macs(network, resolution: 320)")
      }
      // A setting of two networks is of the one that has it, which may stand elsewhere.
      guard isHere, let scope, call.name.text != "difference" || scope.parameter(label.text) != nil else { continue }
      let parameter = try scope.requireParameter(label)
      guard given.insert(parameter.name).inserted else {
        throw Diagnostic("'\(parameter.name)' is given twice", at: label.place)
      }
      if setting.value.names.isEmpty {
        try scope.check(setting.value, isValueOf: parameter)
      } else {
        try checkNumber(setting.value, hasMetrics: false)
      }
    }
  }
}

extension ExprSyntax {
  fileprivate var selectsLayers: Bool { if case .text = self { true } else { false } }
}
