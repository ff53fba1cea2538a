/// How large an expression may grow before it is an error instead of a machine without memory.
///
/// Costs of real networks have tens of terms. Whoever reaches these limits has written something like
/// `(a + b + c + d)^80`, and wants to read that, not to wait for it.
public enum ExpressionLimits {
  /// Terms of one sum.
  public static let terms = 10_000
  /// Functions within functions: the recursion that walks an expression is as deep.
  public static let depth = 200
  /// Atoms of one expression written out as a tree, where shared parts count each time.
  public static let size = 1_000_000

  static func check(terms count: Int) throws {
    guard count <= terms else { throw ArithmeticError.tooLarge("a sum of more than \(terms) terms") }
  }
}
