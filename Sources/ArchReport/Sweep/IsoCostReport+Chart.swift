import ArchAlgebra
import ArchCost

extension IsoCostReport {
  /// The objective over the parameter that varies, with the bound, the optimum and what the reference has.
  public func chart() -> Chart {
    let question = sweep.question
    let title = "\(network) at \(NumberText.exact(question.budget)) \(metric)" + (citation.map { ", \($0)" } ?? "")
    var chart = Chart(
      title: title, x: .init(question.vary.name), y: .init(Self.title(objectiveName, question.objective)),
      series: [
        .init(
          name: "",
          points: sweep.rows.map { .init(x: $0.vary.doubleValue, y: $0.objective.doubleValue) })
      ])
    if let optimum = sweep.optimum {
      let bound = optimum.bound.map { " = \($0)" } ?? ""
      chart.rules.append(
        .init(optimum.objective, name: "bound\(bound) = \(NumberText.fixed(optimum.objective, 1))"))
      chart.rules.append(
        .init(
          optimum.vary,
          name: "\(question.solve) = \(optimum.condition), \(question.vary) = \(NumberText.fixed(optimum.vary, 2))",
          isUpright: true))
    }
    if let reference {
      chart.rules.append(
        .init(
          reference.width, name: "\(reference.network), \(reference.symbol) = \(NumberText.fixed(reference.width, 1))"))
    }
    if let best = sweep.best.map({ sweep.rows[$0] }) {
      chart.emphasis = .init(
        x: best.vary.doubleValue, y: best.objective.doubleValue,
        label:
          "\(question.vary) = \(best.vary.decimalDescription), \(question.solve) = \(best.solve.decimalDescription): "
          + "\(objectiveName) = \(best.objective.decimalDescription)")
    }
    return chart
  }

  private static func title(_ name: String, _ objective: Expr) -> String {
    let formula = "\(objective)"
    return name == formula ? name : "\(name) = \(formula)"
  }
}
