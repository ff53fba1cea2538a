import ArchAlgebra
import ArchCost
import ArchSpec

/// How the cost of a network follows its numeric parameters: the powers with which it grows at their values.
struct Scaling {
  struct Row {
    var parameter: Parameter
    var value: Rational
    /// d ln(params) / d ln(parameter), and the same of multiply-adds; `nil` where there is no derivative.
    var params: Double?
    var macs: Double?
  }

  let rows: [Row]

  init(_ forms: ClosedForms) throws {
    let total = forms.analysis.total
    let (params, macs) = (try total.parameters.trainable, try total.macs)
    let binding = forms.subject.binding
    rows = try forms.subject.settings.compactMap { setting in
      let parameter = setting.parameter
      guard parameter.kind == .integer || parameter.kind == .rational, let value = binding[parameter.symbol] else {
        return nil
      }
      return Row(
        parameter: parameter, value: value, params: try forms.elasticity(of: params, by: parameter),
        macs: try forms.elasticity(of: macs, by: parameter))
    }
  }

  /// `at α = 1 params scale as α^1.62, MACs as α^1.90`, for each parameter that is no integer.
  func facts() -> [Document.Fact] {
    rows.filter { $0.parameter.kind == .rational }.compactMap { row in
      let symbol = row.parameter.symbol.name
      let powers = [("params", row.params), ("MACs", row.macs)].compactMap { name, power in
        power.map { $0 == 0 ? "\(name) do not change" : "\(name) scale as \(symbol)^\(NumberText.fixed($0, 2))" }
      }
      guard !powers.isEmpty else { return nil }
      return .init("scaling", "at \(symbol) = \(row.value.decimalDescription) " + powers.joined(separator: ", "))
    }
  }

  var json: JSON {
    func number(_ value: Double?) -> JSON { value.map { .decimal($0, digits: 6) } ?? .null }
    return .array(
      rows.map { row in
        .object([
          ("parameter", .string(row.parameter.name)), ("value", JSON.value(.number(Expr(row.value)))),
          ("params", number(row.params)), ("macs", number(row.macs)),
        ])
      })
  }
}

extension ClosedForms {
  /// How fast a form grows with a parameter where that has its value; `nil` where there is no derivative, and where the
  /// form holds at this value alone.
  func elasticity(of form: Expr, by parameter: Parameter) throws -> Double? {
    if subject.conditions.fix(parameter, at: subject.binding) { return nil }
    return try form.elasticity(by: parameter.symbol, at: subject.binding)
  }
}
