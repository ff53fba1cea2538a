import ArchSpec

extension SolveReport {
  /// The values that were solved for over the last numeric parameter that is given: the roots of the closed form as a
  /// line, the networks beside it as marks.
  ///
  /// `nil` where there is none, or nothing was found.
  public func chart() -> Chart? {
    guard let settings = rows.first?.settings,
      let across = settings.lastIndex(where: { $0.parameter.kind == .integer || $0.parameter.kind == .rational })
    else { return nil }
    var roots: [Chart.Series] = []
    var networks: [Chart.Series] = []
    for row in rows {
      guard let x = row.settings[across].value.number?.constant?.doubleValue, let solution = row.solution else {
        continue
      }
      let others = row.settings.indices.filter { $0 != across }
        .map { "\(row.settings[$0].parameter.name) \(row.settings[$0].value)" }.joined(separator: ", ")
      if let best = solution.best {
        let root = solution.roots.min {
          abs($0.value - best.value.doubleValue) < abs($1.value - best.value.doubleValue)
        }
        if let root { Self.add(.init(x: x, y: root.value), to: &roots, named: others) }
        let label =
          rows.count <= 24 ? "\(best.value.decimalDescription) (\(NumberText.difference(best.difference)))" : nil
        Self.add(.init(x: x, y: best.value.doubleValue, label: label), to: &networks, named: others)
      }
    }
    guard !networks.isEmpty else { return nil }
    func named(_ series: Chart.Series, _ what: String, isLine: Bool) -> Chart.Series {
      var series = series
      series.name = what + (series.name.isEmpty ? "" : ", " + series.name)
      series.isLine = isLine
      series.points.sort { $0.x < $1.x }
      return series
    }
    return Chart(
      title: "\(network) at \(NumberText.scaled(target)) \(metric.rawValue)" + (match.map { ", as \($0)" } ?? ""),
      x: .init(settings[across].parameter.name), y: .init(parameter.name),
      series: networks.map { named($0, "network", isLine: false) }
        + roots.map { root in
          var line = named(root, "closed form", isLine: true)
          line.hasMarks = false
          return line
        })
  }

  private static func add(_ point: Chart.Point, to series: inout [Chart.Series], named name: String) {
    if let index = series.firstIndex(where: { $0.name == name }) {
      series[index].points.append(point)
    } else {
      series.append(.init(name: name, points: [point]))
    }
  }
}
