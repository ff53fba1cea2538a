import ArchAlgebra
import ArchCost
import ArchIR
import Testing

/// Every figure of a cost, so that two costs are compared in all of them.
func figures<D: Dimension>(of cost: Cost<D>) throws -> [(name: String, value: D)] {
  var figures: [(String, D)] = [
    ("weights", cost.parameters.weights), ("biases", cost.parameters.biases),
    ("normalization", cost.parameters.normalization), ("buffers", cost.parameters.buffers),
    ("trainable", try cost.parameters.trainable), ("total", try cost.parameters.total),
    ("input elements", cost.inputElements), ("output elements", cost.outputElements), ("MACs", try cost.macs),
    ("traffic", try cost.trafficElements),
  ]
  for quantity in Quantity.allCases { figures.append((quantity.rawValue, cost.tally[quantity])) }
  for convention in CountingConvention.all { figures.append((convention.name, try convention.count(cost))) }
  return figures
}

/// Expects that a closed form has the value of the number in every figure.
func expectEqual(_ numeric: Cost<Int>, _ symbolic: Cost<Expr>, at values: [Symbol: Rational], _ what: String) throws {
  for (number, form) in zip(try figures(of: numeric), try figures(of: symbolic)) {
    let value = try form.value.evaluated(values)
    guard value != Rational(number.value) else { continue }
    Issue.record("\(number.name) of \(what): \(form.value) is \(value), not \(number.value)")
  }
}

func expectEqual(_ a: Cost<Int>, _ b: Cost<Int>, _ what: String) throws {
  for (x, y) in zip(try figures(of: a), try figures(of: b)) {
    if x.value != y.value { Issue.record("\(x.name) of \(what): \(x.value) and \(y.value)") }
  }
}
