import ArchAlgebra
import ArchIR

extension Elaborator {
  /// Runs the lines of a body; what they declare is forgotten at its end.
  mutating func run(_ body: BodySyntax) throws {
    let outer = locals
    for line in body.lines { try run(line) }
    locals = outer
  }

  mutating func run(_ line: LineSyntax) throws {
    guard let label = line.label else {
      for step in line.steps { try run(step) }
      return
    }
    let holder = scope
    let before = current
    var inner: Int?
    if line.steps.count == 1, case .call(let call) = line.steps[0], try block(named: call.name) == nil {
      try apply(call, label: label)
    } else {
      try withScope(label) { elaborator in
        inner = elaborator.scope
        for step in line.steps { try elaborator.run(step, isAlone: line.steps.count == 1) }
      }
    }
    guard let node = current else { return }
    labels[holder, default: [:]][label.text] = LabelTarget(node: node, scope: inner)
    if case .call(let call) = line.steps[0], call.name.text == "input", before != nil { current = before }
  }

  /// - Parameter isAlone: whether it is all that a label names, so that it needs no level of its own.
  mutating func run(_ step: StepSyntax, isAlone: Bool = false) throws {
    try countStep(at: step.place)
    switch step {
    case .call(let syntax): try call(syntax, isTransparent: isAlone)
    case .merge(let merge): try run(merge)
    case .constant(let constant): locals[constant.name.text] = try evaluate(constant.value)
    case .repetition(let repetition): try run(repetition)
    case .loop(let loop): try run(loop)
    case .output(let name, let body):
      let before = current
      try withScope(name) { try $0.run(body) }
      guard let end = current, end != before else {
        throw Diagnostic("the output '\(name.text)' is empty", at: name.place)
      }
      graph.outputs.append(Output(name: name.text, node: end))
      current = before
    case .when(let cases, let otherwise, _):
      for one in cases where try boolean(one.condition) { return try run(one.body) }
      if let otherwise { try run(otherwise) }
    }
  }

  private mutating func run(_ loop: LoopSyntax) throws {
    guard case .list(let elements) = try evaluate(loop.values) else {
      throw Diagnostic("a loop needs a list", at: loop.values.place)
    }
    for element in elements {
      try countStep(at: loop.place)
      var values = [element]
      if loop.variables.count > 1 {
        guard case .list(let parts) = element, parts.count == loop.variables.count else {
          throw Diagnostic(
            "the loop has \(loop.variables.count) variables", at: loop.values.place, cause: "an element is \(element)")
        }
        values = parts
      }
      let outer = locals
      for (name, value) in zip(loop.variables, values) { locals[name.text] = value }
      try run(loop.body)
      locals = outer
    }
  }

  // MARK: Blocks

  func block(named name: Name) throws -> BlockSyntax? {
    switch locals[name.text] ?? globals[name.text] {
    case .block(let block): return block
    case .some(let value) where specification.blocks[name.text] == nil && Operators.byName[name.text] == nil:
      throw Diagnostic("'\(name.text)' is no operator and no block", at: name.place, cause: "it is \(value.kindName)")
    default: return specification.blocks[name.text]
    }
  }

  mutating func call(_ syntax: CallSyntax, isTransparent: Bool) throws {
    guard let block = try block(named: syntax.name) else { return try apply(syntax, label: nil) }
    guard calls.count < ElaborationLimits.callDepth else {
      var error = Diagnostic(
        "blocks call one another without end", at: syntax.place,
        cause: "\(calls.count) calls deep in '\(block.name.text)'")
      error.help = calls.suffix(3).map(\.text).joined(separator: " → ") + " → " + block.name.text + " → …"
      throw error
    }
    let outer = locals
    locals = try arguments(of: syntax, for: block)
    calls.append(block.name)
    do {
      if isTransparent || block.isChain {
        for line in block.body.lines { try run(line) }
      } else {
        try withScope(nil) { elaborator in
          for line in block.body.lines { try elaborator.run(line) }
        }
      }
    } catch let error as Diagnostic {
      throw error.noting("in '\(block.name.text)', called here", at: syntax.place)
    }
    calls.removeLast()
    locals = outer
  }

  private mutating func arguments(of call: CallSyntax, for block: BlockSyntax) throws -> [String: Value] {
    let names = block.arguments.map(\.name.text)
    let given = try match(call, to: names)
    var result: [String: Value] = [:]
    for argument in block.arguments {
      if let syntax = given[argument.name.text] {
        result[argument.name.text] = try evaluate(syntax)
      } else if let standard = argument.value {
        // Defaults may mention earlier arguments, and are read in the block.
        let outer = locals
        locals = result
        defer { locals = outer }
        result[argument.name.text] = try evaluate(standard)
      } else {
        throw Diagnostic("the argument '\(argument.name.text)' of '\(block.name.text)' is missing", at: call.place)
          .noting("it is declared here", at: argument.name.place)
      }
    }
    return result
  }

  /// The arguments of a call by the names of what is called.
  func match(_ call: CallSyntax, to names: [String]) throws -> [String: ExprSyntax] {
    var result: [String: ExprSyntax] = [:]
    var position = 0
    for argument in call.arguments {
      let name: String
      if let label = argument.label {
        guard names.contains(label.text) else {
          let near = suggestion(for: label.text, among: names).map { "did you mean '\($0)'?" }
          let all = names.isEmpty ? "it takes none" : "it takes \(names.joined(separator: ", "))"
          throw Diagnostic(
            "'\(call.name.text)' has no argument '\(label.text)'", at: label.place, cause: near == nil ? all : nil, help: near)
        }
        name = label.text
      } else {
        guard position < names.count else {
          throw Diagnostic(
            "'\(call.name.text)' takes at most \(names.count) arguments", at: argument.value.place,
            cause: names.isEmpty ? nil : names.joined(separator: ", "))
        }
        name = names[position]
        position += 1
      }
      if result.updateValue(argument.value, forKey: name) != nil {
        throw Diagnostic("the argument '\(name)' is given twice", at: argument.value.place)
      }
    }
    return result
  }
}

extension BlockSyntax {
  /// A block that is one chain of calls is a way of writing, not a level of the network.
  var isChain: Bool {
    guard body.lines.count == 1, body.lines[0].label == nil else { return false }
    return body.lines[0].steps.allSatisfy { if case .call = $0 { true } else { false } }
  }
}
