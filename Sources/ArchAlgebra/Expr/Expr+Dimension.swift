extension Expr: Dimension {
  public init(_ expr: Expr) { self = expr }

  public var expr: Expr { self }

  /// ⌊self / other⌋.
  public func floorDivided(by other: Expr) throws -> Expr { try divided(by: other).floor() }

  /// The quotient, kept as a rational function where it is not a polynomial.
  public func exactlyDivided(by other: Expr) throws -> Expr { try divided(by: other) }

  /// Whether the quotient is an integer whenever all symbols are.
  ///
  /// Dimensions are integers by construction, so here a polynomial quotient with integer coefficients is enough;
  /// ``isMultiple(of:assuming:)`` asks for proof that the symbols are integers.
  public func isMultiple(of other: Expr) throws -> Bool? {
    if other.isZero { return isZero ? true : constant == nil ? nil : false }
    let quotient = try divided(by: other)
    var known = Assumptions()
    for symbol in quotient.symbols { known.declareInteger(symbol) }
    return known.isInteger(orElseNot: quotient)
  }

  /// Whether the quotient is provably an integer; `nil` where it is not known to be, or known not to be.
  public func isMultiple(of other: Expr, assuming known: Assumptions) throws -> Bool? {
    if other.isZero { return isZero ? true : constant == nil ? nil : false }
    return known.isInteger(orElseNot: try divided(by: other).simplified(assuming: known))
  }

  /// Decided where the difference is a constant.
  public func ordered(against other: Expr) throws -> Int? {
    try subtracting(other).constant?.sign
  }

  /// Decided where the sign of the difference can be proved.
  public func ordered(against other: Expr, assuming known: Assumptions) throws -> Int? {
    known.sign(of: try subtracting(other).simplified(assuming: known))
  }

  /// The same value, simplified bottom-up by what is known of the symbols: roundings of integer-valued parts
  /// disappear, and so do branches of minimum and maximum that are provably not taken.
  public func simplified(assuming known: Assumptions) throws -> Expr {
    try mappingAtoms { atom in
      guard let call = atom.call else { return nil }
      return try Expr.apply(
        call.function, call.arguments.map { try $0.simplified(assuming: known) }, assuming: known)
    }
  }
}
