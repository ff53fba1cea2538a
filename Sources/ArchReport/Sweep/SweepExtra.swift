import ArchAlgebra
import ArchCost
import ArchSpec
import ArchVerify

/// A column of a sweep that is no total: an expression as in claims, or how fast a cost grows with a parameter.
///
/// It is computed network by network, thousands a second: totals go through compiled closed forms, millions a second.
public enum SweepExtra: Sendable {
  case expression(ClaimExpression)
  /// d ln(cost) / d ln(parameter).
  case elasticity(Metric, Parameter)

  public var title: String {
    switch self {
    case .expression(let expression): expression.text
    case .elasticity(let metric, let parameter): "elasticity(\(metric.rawValue), \(parameter.name))"
    }
  }

  /// The value at the settings of a point, as text; empty where there is none.
  ///
  /// - Throws: ``Diagnostic`` where it cannot be computed.
  public func value(_ specification: Specification, _ network: String, _ options: ElaborationOptions) throws -> String {
    switch self {
    case .expression(let expression): return try expression.value(options.settings)
    case .elasticity(let metric, let parameter):
      let forms = try ClosedForms(specification, network: network, options: options)
      guard let form = try metric.closedForm(forms),
        let elasticity = try forms.elasticity(of: form, by: parameter)
      else { return "" }
      return String(NumberText.fixed(elasticity, 6).map { $0 == "−" ? "-" : $0 })
    }
  }
}
