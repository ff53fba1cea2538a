/// A function applied to expressions: a node of the tree that an expression can be.
///
/// A class, so that an atom is one word and parts are shared; immutable, with its hash computed once, so that
/// equality of nested expressions is cheap.
final class Call: Hashable, Sendable {
  let function: Function
  let arguments: [Expr]
  let depth: Int
  let size: Int
  private let hash: Int

  /// - Throws: ``ArithmeticError/tooLarge(_:)`` beyond ``ExpressionLimits``.
  init(_ function: Function, _ arguments: [Expr]) throws {
    var depth = 1
    var size = 1
    for case .polynomial(let polynomial) in arguments.lazy.map(\.form) {
      for term in polynomial.terms {
        size += 1
        for factor in term.monomial.factors {
          guard case .call(let call) = factor.atom else { size += 1; continue }
          depth = max(depth, call.depth + 1)
          size += call.size
        }
        guard size <= ExpressionLimits.size else {
          throw ArithmeticError.tooLarge("more than \(ExpressionLimits.size) parts")
        }
      }
    }
    guard depth <= ExpressionLimits.depth else {
      throw ArithmeticError.tooLarge("functions nested more than \(ExpressionLimits.depth) deep")
    }
    var hasher = Hasher()
    hasher.combine(function)
    hasher.combine(arguments)
    self.function = function
    self.arguments = arguments
    self.depth = depth
    self.size = size
    self.hash = hasher.finalize()
  }

  static func == (a: Call, b: Call) -> Bool {
    a === b || a.hash == b.hash && a.function == b.function && a.arguments == b.arguments
  }

  func hash(into hasher: inout Hasher) { hasher.combine(hash) }

  var isDenominator: Bool { function == .sum }
}
