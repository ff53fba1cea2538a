/// What monomials are products of: a symbol, or a function that could not be evaluated.
///
/// Algebra treats both alike, as an unknown of which nothing is known but its name.
enum Atom: Hashable, Sendable {
  case symbol(Symbol)
  case call(Call)

  var call: Call? {
    if case .call(let call) = self { call } else { nil }
  }

  var isDenominator: Bool { call?.isDenominator ?? false }

  func collectSymbols(into symbols: inout Set<Symbol>) {
    switch self {
    case .symbol(let symbol): symbols.insert(symbol)
    case .call(let call): for argument in call.arguments { argument.collectSymbols(into: &symbols) }
    }
  }

  func contains(_ symbol: Symbol) -> Bool {
    switch self {
    case .symbol(let own): own == symbol
    case .call(let call): call.arguments.contains { $0.contains(symbol) }
    }
  }
}

/// Symbols by name, then functions by kind and arguments: any total order that depends on nothing but the text
/// makes printing deterministic.
extension Atom: Comparable {
  static func < (a: Atom, b: Atom) -> Bool {
    switch (a, b) {
    case (.symbol(let a), .symbol(let b)): return a < b
    case (.symbol, .call): return true
    case (.call, .symbol): return false
    case (.call(let a), .call(let b)):
      if a === b { return false }
      if a.function != b.function { return a.function.rawValue < b.function.rawValue }
      for (x, y) in zip(a.arguments, b.arguments) where x != y { return x.precedes(y) }
      return a.arguments.count < b.arguments.count
    }
  }
}
