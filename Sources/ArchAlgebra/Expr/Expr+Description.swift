extension Expr: CustomStringConvertible {
  /// How formulas are spelled.
  public enum Style: Hashable, Sendable {
    /// `9·C·d² + 512·C·d`, for people.
    case typographic
    /// `9*C*d^2 + 512*C*d`, for the specification language, where `*`, `^`, `/` and `floor()` exist.
    case ascii
  }

  /// Terms by total degree descending, then alphabetically: `9·C·d² + 512·C·d`.
  public var description: String { description(style: .typographic) }

  public func description(style: Style) -> String {
    ExprPrinter(style: style).sum(self)
  }

  /// With the content and the factors that all terms share in front: `C·d·(9·d + 512)`.
  ///
  /// The same as ``description`` where nothing factors out.
  public var factoredDescription: String { factoredDescription(style: .typographic) }

  public func factoredDescription(style: Style) -> String {
    ExprPrinter(style: style).product(self)
  }
}
