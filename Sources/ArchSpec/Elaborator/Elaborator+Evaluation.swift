import ArchAlgebra
import ArchIR

extension Elaborator: EvaluationContext {
  mutating func lookUp(_ name: String) throws -> Value? {
    if let value = locals[name] { return value }
    if let value = globals[name] {
      if options.input != nil { inputOverride.use(name) }
      return value
    }
    if let constant = constants[name] {
      let value = try value(ofConstant: constant)
      if options.input != nil { inputOverride.use(name) }
      return value
    }
    if let block = specification.blocks[name] { return .block(block) }
    if Self.words.contains(name) || Operators.names.contains(name) { return .text(name) }
    guard let label = visibleLabel(name), !label.isAmbiguous else { return nil }
    return .label(node: label.node, scope: label.scope)
  }

  /// Words that arguments of operators may be. They mean themselves, as the names of operators do, so that a block
  /// can be handed an operator.
  private static var words: Set<String> { Set(paddings + modes + ["global"]) }
  static var paddings: [String] { ["half", "same", "valid"] }
  static var modes: [String] { UpsampleMode.allCases.map(\.rawValue) }

  /// Makes sure that a name where a word of a few may stand is one of these, or has a value.
  mutating func requireKnown(_ expression: ExprSyntax, orOneOf words: [String]) throws {
    guard case .name(let name) = expression, try lookUp(name.text) == nil,
      suggestion(for: name.text, among: knownNames) == nil
    else { return }
    throw Diagnostic(
      "unknown name '\(name.text)'", at: name.place,
      help: "the words that may stand here are \(words.joined(separator: ", "))")
  }

  var knownNames: [String] {
    Array(locals.keys) + Array(globals.keys) + Array(constants.keys) + Array(specification.blocks.keys)
      + specification.parameters.map(\.name.text) + Array(Self.words)
  }

  mutating func input(_ member: Name?, at place: Place) throws -> Expr {
    if let constant = unfinished.last {
      throw Diagnostic(
        "'in' means nothing in a constant of the file", at: place, cause: "there is no layer yet that takes something",
        help: "let \(constant.text) = … within a block or after the input of a network may use 'in'")
    }
    let shape = try currentShape(for: "'in'", at: place)
    switch member?.text {
    case nil, "channels": return shape.channels.expr
    case "height" where shape.rank == 4: return shape.extents[2].expr
    case "width" where shape.rank == 4: return shape.extents[3].expr
    default:
      throw Diagnostic(
        "'in' has no '\(member?.text ?? "")' here", at: place, cause: "what comes in is \(shape)",
        help: "in.channels, and of an image in.height and in.width")
    }
  }
}
