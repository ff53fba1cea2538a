/// One body that stands for several bodies of the same form: where their numbers differ it has parameters.
struct Unification {
  private(set) var body: [Step] = []
  private(set) var parameters: [Step.Argument] = []
  /// What the parameters are in each of the bodies.
  private(set) var arguments: [[ArgumentValue]]
  /// For each body, what its labels are called in the first.
  private var labels: [[String: String]]
  private var slots: [Slot] = []

  private struct Slot {
    /// The argument that it was first met at.
    var argument: String
    var values: [ArgumentValue]
    var standard: ArgumentValue?
  }

  /// The names that parameters have.
  static let names: Set<String> = [
    "kernel", "out", "width", "stride", "padding", "dilation", "groups", "bias", "n", "rate", "slope", "size",
    "scaling",
    "shifting", "factor", "parts", "index", "start", "count", "order", "before", "after", "level", "ceil",
    "countpadding",
    "mode", "outputpadding", "channels", "height",
  ]

  /// `nil` where the bodies have different forms.
  init?(_ bodies: [[Step]]) {
    labels = Array(repeating: [:], count: bodies.count)
    arguments = Array(repeating: [], count: bodies.count)
    guard let body = unify(bodies) else { return nil }
    finish(body)
  }

  private mutating func unify(_ bodies: [[Step]]) -> [Step]? {
    guard bodies.allSatisfy({ $0.count == bodies[0].count }) else { return nil }
    var result: [Step] = []
    for place in bodies[0].indices {
      guard let step = unify(bodies.map { $0[place] }) else { return nil }
      result.append(step)
    }
    return result
  }

  private mutating func unify(_ steps: [Step]) -> Step? {
    var result = steps[0]
    for step in steps.dropFirst() {
      guard step.head == result.head, step.arguments.count == result.arguments.count,
        step.branches.count == result.branches.count, (step.label == nil) == (result.label == nil)
      else { return nil }
    }
    for index in result.arguments.indices {
      guard let value = unify(steps.map { $0.arguments[index] }, standard: result.arguments[index].standard) else {
        return nil
      }
      result.arguments[index].value = value
    }
    for branch in result.branches.indices {
      guard let body = unify(steps.map { $0.branches[branch] }) else { return nil }
      result.branches[branch] = body
    }
    if let label = result.label {
      for (index, step) in steps.enumerated() { labels[index][step.label!] = label }
    }
    result.origin = steps.origin
    return result
  }

  private mutating func unify(_ given: [Step.Argument], standard: ArgumentValue?) -> ArgumentValue? {
    guard given.allSatisfy({ $0.name == given[0].name }) else { return nil }
    var local = 0
    let values = given.enumerated().map { index, argument in
      guard case .label(let label) = argument.value, let own = labels[index][label] else { return argument.value }
      local += 1
      return .label(own)
    }
    guard local == 0 || local == values.count else { return nil }
    let isFixed: Bool
    switch values[0] {
    case .parameter: isFixed = false
    case .label: isFixed = local > 0
    default: isFixed = true
    }
    if isFixed, values.allSatisfy({ $0 == values[0] }) { return values[0] }
    // What comes in is another thing within the block than where it is called.
    guard local == 0, !values.contains(.input) else { return nil }
    return parameter(given[0].name, values, standard: standard)
  }

  private mutating func parameter(_ argument: String, _ values: [ArgumentValue], standard: ArgumentValue?)
    -> ArgumentValue
  {
    for (index, slot) in slots.enumerated() {
      if slot.values == values { return .parameter("\(index)", times: 1) }
      if argument == "out" || argument == "groups", slot.argument == "out",
        let times = Self.quotient(values, slot.values)
      {
        return .parameter("\(index)", times: times)
      }
    }
    slots.append(Slot(argument: argument, values: values, standard: standard))
    return .parameter("\(slots.count - 1)", times: 1)
  }

  /// By how much all numbers are greater, if that is one whole number.
  private static func quotient(_ values: [ArgumentValue], _ others: [ArgumentValue]) -> Int? {
    var quotients: Set<Int> = []
    for (value, other) in zip(values, others) {
      guard case .number(let value) = value, case .number(let other) = other, other > 0, value % other == 0 else {
        return nil
      }
      quotients.insert(value / other)
    }
    guard quotients.count == 1, let only = quotients.first, only > 1 else { return nil }
    return only
  }

  /// Gives the parameters their names and order: those that must be given come first.
  private mutating func finish(_ steps: [Step]) {
    let lastOut = slots.lastIndex { $0.argument == "out" }
    var counts: [String: Int] = [:]
    var named: [String: ArgumentValue] = [:]
    var standards: [ArgumentValue?] = []
    for (index, slot) in slots.enumerated() {
      let renamed = ["scale": "scaling", "shift": "shifting", "label": "level"]
      let base = slot.argument == "out" && index != lastOut ? "width" : renamed[slot.argument] ?? slot.argument
      counts[base, default: 0] += 1
      let name = counts[base] == 1 ? base : base + String(counts[base]!)
      named["\(index)"] = .parameter(name, times: 1)
      var standard: ArgumentValue?
      switch slot.standard {
      case .number?, .word?: standard = slot.values.contains(slot.standard!) ? slot.standard : nil
      default: break
      }
      standards.append(standard)
      parameters.append(Step.Argument(name: name, value: .number(0), standard: standard))
    }
    let order = slots.indices.filter { standards[$0] == nil } + slots.indices.filter { standards[$0] != nil }
    parameters = order.map { parameters[$0] }
    for index in arguments.indices { arguments[index] = order.map { slots[$0].values[index] } }
    body = steps.map { $0.renamingParameters(named) }
  }
}

extension Step {
  fileprivate func renamingParameters(_ names: [String: ArgumentValue]) -> Step {
    var copy = self
    for index in arguments.indices {
      if case .parameter(let name, let times) = arguments[index].value, case .parameter(let new, _)? = names[name] {
        copy.arguments[index].value = .parameter(new, times: times)
      }
    }
    copy.branches = branches.map { $0.map { $0.renamingParameters(names) } }
    return copy
  }
}
