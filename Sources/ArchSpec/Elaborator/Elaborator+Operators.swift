import ArchAlgebra
import ArchIR

/// The arguments of an operator as they are written.
struct OperatorArguments {
  /// The operator, which may be called by the name of an argument.
  var name: String
  var call: CallSyntax
  var given: [String: ExprSyntax]

  func place(of culprit: ShapeError.Culprit) -> Place? {
    let name: String
    switch culprit {
    case .outputChannels, .output: name = "out"
    case .outputPadding: name = "outputpadding"
    default: name = culprit.rawValue
    }
    return given[name]?.place
  }
}

extension Elaborator {
  /// Applies an operator of the language to what comes in.
  @_specialize(where D == Int)
  @_specialize(where D == Expr)
  mutating func apply(_ call: CallSyntax, label: Name?) throws {
    let name = operatorName(call.name)
    guard let signature = Operators.byName[name] else {
      if let kind = MergeSyntax.Kind(rawValue: name) {
        throw Diagnostic(
          "'\(name)' joins branches, and there are none", at: call.place,
          help: "as in: \(kind.rawValue) { … } shortcut { … }")
      }
      let known = Array(Operators.names) + Array(specification.blocks.keys) + MergeSyntax.Kind.allCases.map(\.rawValue)
      let near = suggestion(for: call.name.text, among: known)
      throw Diagnostic(
        "unknown operator or block '\(call.name.text)'", at: call.name.place, help: near.map { "did you mean '\($0)'?" }
      )
    }
    let arguments = OperatorArguments(
      name: name, call: call, given: try match(call, to: signature.arguments.map(\.name)))
    if let missing = signature.arguments.first(where: { $0.standard == nil && arguments.given[$0.name] == nil }) {
      throw Diagnostic(
        "the argument '\(missing.name)' of '\(call.name.text)' is missing", at: call.place,
        cause: "it takes \(signature.arguments.map(\.name).joined(separator: ", "))")
    }
    switch name {
    case "input": return try addInput(arguments, label: label)
    case "from":
      let node = try target(of: arguments.given["label"]!).node
      readByLabel.insert(node)
      current = node
    case "identity": _ = try currentShape(for: "identity", at: call.place)
    default:
      let shape = try currentShape(for: "'\(call.name.text)'", at: call.place)
      if name == "linear", shape.rank > 2, shape.spatial.allSatisfy({ $0 == D(1) }) {
        try append(.flatten, inputs: [current!], at: call.place)
      }
      let op = try self.op(arguments, input: graph.nodes[current!].output)
      try append(op, inputs: [current!], at: call.place, arguments: arguments, label: label)
    }
  }

  mutating func append(
    _ op: Op<D>, inputs: [Int], copies: [D] = [], at place: Place, arguments: OperatorArguments? = nil,
    label: Name? = nil
  ) throws {
    var node = Node(name: "", op: op, inputs: inputs, output: Shape<D>([]), scope: scope)
    node.copies = copies
    do {
      let operands = try graph.operandShapes(of: node)
      if isSymbolic {
        node.output = try op.outputShape(of: operands, deciding: &self).map { extent in
          let extent = try extent.simplified(assuming: assumptions)
          try ElaborationLimits.check(extent.expr)
          return extent
        }
      } else {
        node.output = try op.outputShape(of: operands)
      }
    } catch let error as ShapeError {
      var diagnostic = Diagnostic(error.message, at: arguments?.place(of: error.culprit) ?? place, cause: error.cause)
      if inputs.count == 1, error.culprit != .input {
        diagnostic = diagnostic.noting(
          "the input is \(graph.nodes[inputs[0]].output), from here", at: places[inputs[0]])
      } else {
        for input in inputs {
          diagnostic = diagnostic.noting("\(graph.nodes[input].output) comes from here", at: places[input])
        }
      }
      throw diagnostic
    } catch let error as ArithmeticError {
      throw Diagnostic(error, at: place)
    }
    try append(node, label: label?.text ?? op.name, at: place)
  }

  private mutating func append(_ node: Node<D>, label: String, at place: Place) throws {
    guard graph.nodes.count < ElaborationLimits.layers else {
      throw Diagnostic("the network has more than \(ElaborationLimits.layers) layers", at: place)
    }
    naming.addNode(base: label, to: scope)
    current = graph.nodes.count
    graph.nodes.append(node)
    places.append(place)
  }

  // MARK: Where tensors come from

  private mutating func addInput(_ arguments: OperatorArguments, label: Name?) throws {
    let isReplaced = options.input != nil && current == nil
    let extents = [D(options.batch)] + (try isReplaced ? replacedExtents(arguments) : extents(of: arguments))
    for extent in extents.dropFirst() {
      if let order = try extent.ordered(against: D(1)), order < 0 {
        throw Diagnostic(
          "the extents of an input must be at least 1", at: arguments.call.place, cause: "one is \(extent)")
      }
    }
    if let current, label == nil, graph.nodes[current].op != .input {
      inputsBetween.append((graph.nodes.count, current))
    }
    let node = Node(name: "", op: Op<D>.input, inputs: [], output: Shape(extents), scope: scope)
    try append(node, label: label?.text ?? "input", at: arguments.call.place)
  }

  private mutating func extents(of arguments: OperatorArguments) throws -> [D] {
    let given = arguments.given
    var extents = [try dimension(given["channels"]!, "the number of channels")]
    if given["height"] == nil, let width = given["width"] {
      throw Diagnostic("an input with a width needs a height too", at: width.place)
    }
    if let height = given["height"] {
      extents.append(try dimension(height, "the height"))
      extents.append(try given["width"].map { try dimension($0, "the width") } ?? extents[1])
    }
    return extents
  }

  private mutating func replacedExtents(_ arguments: OperatorArguments) throws -> [D] {
    let input = options.input!
    let isImage = arguments.given["height"] != nil
    guard input.count == (isImage ? 3 : 1) else {
      throw Diagnostic(
        "the input has \(isImage ? "channels, height and width" : "channels alone")", at: arguments.call.place,
        cause: "it is to be replaced by \(input.map(String.init).joined(separator: "×"))",
        help: isImage ? "another image is given as 3x160x160" : nil)
    }
    var mentioned = ReferencedNames()
    for value in arguments.given.values { mentioned.visit(value) }
    inputOverride.replaced = mentioned.names
    return input.map { D($0) }
  }

  /// The node that a label names: an argument that a label was given for, or the nearest enclosing label; then inwards
  /// along the dots.
  private func target(of expression: ExprSyntax) throws -> Labels.Target {
    var path: [String] = []
    var rest = expression
    while case .member(let base, let name) = rest {
      path.insert(name.text, at: 0)
      rest = base
    }
    guard case .name(let first) = rest else {
      throw Diagnostic("from takes a label", at: expression.place, help: "as in from(stem) or from(body.c3)")
    }
    var given: Labels.Target?
    var outermost = 0
    switch locals[first.text] {
    case .label(let node, let scope): given = .init(node: node, scope: scope)
    case .some: outermost = firstOwnScope  // what is no label hides those of the caller
    case nil: break
    }
    guard var found = given ?? visibleLabel(first.text, from: outermost) else {
      if let value = locals[first.text] {
        throw Diagnostic("from takes a label", at: first.place, cause: "'\(first.text)' is \(value.kindName)")
      }
      throw unknownLabel(first.text, in: nil, at: expression.place)
    }
    var last = first.text
    for name in path {
      guard !found.isAmbiguous else { break }
      guard let inner = found.scope, let next = labels[name, in: inner] else {
        throw unknownLabel(name, in: found.scope, at: expression.place)
      }
      (found, last) = (next, name)
    }
    guard !found.isAmbiguous else {
      throw Diagnostic(
        "there is more than one label '\(last)' before this", at: expression.place,
        cause: "they stand in different branches or cases", help: "give each a name of its own")
    }
    return found
  }

  func lookUp(label path: ExprSyntax) throws -> Value? {
    var first = path
    while case .member(let base, _) = first { first = base }
    guard case .name(let name) = first else { return nil }
    if case .label? = locals[name.text] {} else if visibleLabel(name.text) == nil { return nil }
    let found = try target(of: path)
    return .label(node: found.node, scope: found.scope)
  }

  /// The nearest enclosing label of a name.
  ///
  /// - Parameter outermost: the first of the scopes that may have it.
  func visibleLabel(_ name: String, from outermost: Int = 0) -> Labels.Target? {
    var searched: Int? = scope
    var ambiguous: Labels.Target?
    while let candidate = searched, candidate >= outermost {
      if let found = labels[name, in: candidate] {
        if !found.isAmbiguous { return found }
        ambiguous = ambiguous ?? found
      }
      searched = graph.scopes[candidate].parent
    }
    return ambiguous
  }

  private func unknownLabel(_ name: String, in scope: Int?, at place: Place) -> Diagnostic {
    let known = labels.names(in: scope)
    if known.contains(name) {
      return Diagnostic(
        "there is no label '\(name)' that is seen from here", at: place, cause: "there is one within another level",
        help: "from(outer.\(name)) goes into a line, a block or an output that is called 'outer'")
    }
    let near = suggestion(for: name, among: known)
    let some = known.sorted().prefix(8).joined(separator: ", ")
    return Diagnostic(
      "there is no label '\(name)' before this", at: place,
      cause: near == nil && !some.isEmpty ? "there is \(some)" : nil,
      help: near.map { "did you mean '\($0)'?" })
  }

  // MARK: Values as dimensions

  mutating func dimension(_ expression: ExprSyntax, _ what: String) throws -> D {
    try dimension(try number(expression), what, at: expression.place)
  }

  mutating func dimension(_ value: Expr, _ what: String, at place: Place) throws -> D {
    try requireInteger(value, what, at: place)
    return try exact(place) { try D(value) }
  }
}
