import ArchAlgebra
import ArchIR

extension Elaborator {
  /// Runs the lines of a body that is no level of the network: a case, or a branch without a name.
  mutating func run(_ body: BodySyntax) throws {
    let start = labels.changeCount
    try runLevel(body)
    labels.endBody(in: scope, since: start)
  }

  /// Runs the body of a loop: its labels are those of one copy.
  mutating func runCopy(_ body: BodySyntax) throws {
    let start = labels.changeCount
    try runLevel(body)
    labels.endCopy(since: start)
  }

  /// Runs the lines of a body; what they declare is forgotten at its end, but for labels.
  mutating func runLevel(_ body: BodySyntax) throws {
    let outer = locals
    try nested(at: body.place) { elaborator in
      for line in body.lines { try elaborator.run(line) }
    }
    locals = outer
  }

  private mutating func nested(at place: Place, _ body: (inout Self) throws -> Void) throws {
    depth += 1
    guard depth <= ElaborationLimits.depth else {
      throw Diagnostic("braces within braces, through all calls, more than \(ElaborationLimits.depth) deep", at: place)
    }
    try body(&self)
    depth -= 1
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
    labels.set(label.text, in: holder, to: .init(node: node, scope: inner))
    if case .call(let call) = line.steps[0], call.name.text == "input", before != nil { current = before }
  }

  /// - Parameter isAlone: whether it is all that a label names, so that it needs no level of its own.
  mutating func run(_ step: StepSyntax, isAlone: Bool = false) throws {
    do { try follow(step, isAlone: isAlone) } catch let error as ArithmeticError {
      throw Diagnostic(error, at: step.place)
    }
  }

  private mutating func follow(_ step: StepSyntax, isAlone: Bool) throws {
    try spend(1, at: step.place)
    switch step {
    case .call(let syntax): try call(syntax, isTransparent: isAlone)
    case .merge(let merge): try run(merge)
    case .constant(let constant): locals[constant.name.text] = try evaluate(constant.value)
    case .repetition(let repetition): try run(repetition)
    case .loop(let loop): try run(loop)
    case .output(let name, let body):
      let before = current
      if name.text == "output" || graph.outputs.contains(where: { $0.name == name.text }) {
        throw Diagnostic(
          "there is an output '\(name.text)' already", at: name.place,
          cause: name.text == "output" ? "the end of the network is called so" : nil)
      }
      let holder = scope
      var inner: Int?
      try withScope(name) {
        inner = $0.scope
        try $0.runLevel(body)
      }
      guard let end = current, end != before else {
        throw Diagnostic("the output '\(name.text)' is empty", at: name.place)
      }
      // Later lines may go on from an output, as from a label.
      labels.set(name.text, in: holder, to: .init(node: end, scope: inner))
      graph.outputs.append(Output(name: name.text, node: end))
      current = before
    case .when(let cases, let otherwise, _):
      for one in cases where try boolean(one.condition) { return try run(one.body) }
      if let otherwise { try run(otherwise) }
    }
  }

  private mutating func run(_ loop: LoopSyntax) throws {
    guard case .list(let elements) = try evaluate(loop.values) else {
      throw Diagnostic(
        "a loop needs a list", at: loop.values.place, cause: "this is \(try evaluate(loop.values).kindName)",
        help: "as in: for i in 1..4 { … } or for (out, stride) in [(16, 1), (24, 2)] { … }")
    }
    for element in elements {
      try spend(1, at: loop.place)
      var values = [element]
      if loop.variables.count > 1 {
        guard case .list(let parts) = element, parts.count == loop.variables.count else {
          throw Diagnostic(
            "the loop has \(loop.variables.count) variables", at: loop.values.place,
            cause: "an element is \(element.kindName)")
        }
        values = parts
      }
      let outer = locals
      for (name, value) in zip(loop.variables, values) { locals[name.text] = value }
      try runCopy(loop.body)
      locals = outer
    }
  }

  // MARK: Blocks

  func block(named name: Name) throws -> BlockSyntax? {
    switch locals[name.text] ?? globals[name.text] {
    case .block(let block): return block
    case .text(let text) where Operators.names.contains(text): return nil
    case .some(let value) where specification.blocks[name.text] == nil && Operators.byName[name.text] == nil:
      throw Diagnostic("'\(name.text)' is no operator and no block", at: name.place, cause: "it is \(value.kindName)")
    default: return specification.blocks[name.text]
    }
  }

  /// The operator that a call asks for, also where its name is that of an argument that was given an operator.
  func operatorName(_ name: Name) -> String {
    guard case .text(let text)? = locals[name.text] ?? globals[name.text], Operators.names.contains(text) else {
      return name.text
    }
    return text
  }

  mutating func call(_ syntax: CallSyntax, isTransparent: Bool) throws {
    guard let block = try block(named: syntax.name) else { return try apply(syntax, label: nil) }
    guard calls.count < ElaborationLimits.callDepth else {
      var error = Diagnostic(
        "blocks call one another too deep", at: syntax.place,
        cause: "\(calls.count) calls deep in '\(block.name.text)'")
      error.help = calls.suffix(3).map(\.text).joined(separator: " → ") + " → " + block.name.text + " → …"
      throw error
    }
    let outer = (locals, firstOwnScope)
    do { locals = try arguments(of: syntax, for: block) } catch let error as ArithmeticError {
      throw Diagnostic(error, at: syntax.place)
    }
    firstOwnScope = isTransparent ? scope : graph.scopes.count
    calls.append(block.name)
    do {
      if isTransparent || block.isChain {
        try runLevel(block.body)
      } else {
        try withScope(nil) { try $0.runLevel(block.body) }
      }
    } catch let error as Diagnostic {
      throw error.noting("in '\(block.name.text)', called here", at: syntax.place)
    }
    calls.removeLast()
    (locals, firstOwnScope) = outer
  }

  private mutating func arguments(of call: CallSyntax, for block: BlockSyntax) throws -> [String: Value] {
    try spend(block.arguments.count, at: call.place)
    let names = block.arguments.map(\.name.text)
    let given = try match(call, to: names)
    var result: [String: Value] = [:]
    for argument in block.arguments {
      if let syntax = given[argument.name.text] {
        result[argument.name.text] = try evaluate(syntax)
      } else if let standard = argument.value {
        // Defaults may mention earlier arguments, and are read in the block.
        let value: Value
        do {
          swap(&locals, &result)
          defer { swap(&locals, &result) }
          value = try evaluate(standard)
        }
        result[argument.name.text] = value
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
            "'\(call.name.text)' has no argument '\(label.text)'", at: label.place, cause: near == nil ? all : nil,
            help: near)
        }
        name = label.text
      } else {
        guard position < names.count else {
          throw Diagnostic(
            "'\(call.name.text)' takes \(names.isEmpty ? "no" : "at most \(names.count)") argument\(names.count == 1 ? "" : "s")",
            at: argument.value.place, cause: names.isEmpty ? nil : names.joined(separator: ", "))
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
  /// A block that is one chain of calls, some of them perhaps on a condition, is a way of writing, not a level of the
  /// network.
  var isChain: Bool { body.isChain }
}

extension BodySyntax {
  fileprivate var isChain: Bool {
    guard lines.count <= 1, lines.allSatisfy({ $0.label == nil }) else { return false }
    return lines.allSatisfy { line in
      line.steps.allSatisfy { step in
        switch step {
        case .call: true
        case .when(let cases, let otherwise, _): cases.allSatisfy(\.body.isChain) && otherwise?.isChain ?? true
        default: false
        }
      }
    }
  }
}
