import ArchAlgebra
import ArchSpec

/// How much a figure may grow from one version to the next: `macs=1%`, `params=100K`.
public struct IncreaseLimit: Sendable {
  public var figure: CostFigure
  /// A share of the old value, or an amount.
  private let share: Rational?
  private let amount: Int

  /// - Throws: ``Diagnostic`` for what is no such limit.
  public init(parsing text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let help = "a figure and how much it may grow, as macs=1% or params=100K"
    guard parts.count == 2 else { throw Diagnostic("this is no limit: '\(text)'", at: .none, help: help) }
    figure = try CostFigure.named(String(parts[0]))
    share = parts[1].hasSuffix("%") ? Amount.parseShare(parts[1]) : nil
    if Amount.isTooLarge(parts[1]) {
      throw Diagnostic("\(parts[1]) is too large", at: .none, help: "it does not fit in a 64-bit integer")
    }
    guard let amount = share == nil ? Amount.parse(parts[1]) : 0 else {
      throw Diagnostic("this is no limit: '\(text)'", at: .none, help: help)
    }
    self.amount = amount
  }

  /// A sentence if the figure grew by more.
  ///
  /// - Throws: ``Diagnostic`` where a report does not have the figure, or the two do not mean the same by it.
  public func violation(of difference: Difference) throws -> String? {
    guard let old = difference.old.totals[figure], let new = difference.new.totals[figure] else {
      throw Diagnostic("the reports do not both have \(figure.title)", at: .none)
    }
    if figure == .count, difference.old.convention != difference.new.convention {
      throw Diagnostic(
        "the reports count by two conventions, \(difference.old.convention) and \(difference.new.convention)", at: .none
      )
    }
    guard new > old else { return nil }
    let allowed = (try? share.map { try (Rational(old) * $0).floor }) ?? (share == nil ? amount : .max)
    guard new - old > allowed else { return nil }
    let limit = share.map { NumberText.percent($0.doubleValue) } ?? figure.text(amount)
    let ratio = old == 0 ? "" : " (\(NumberText.difference(Double(new - old) / Double(old))))"
    return "\(figure.title) grew by \(figure.text(new - old))\(ratio), more than \(limit)"
  }
}
