import ArchAlgebra
import ArchCost
import ArchSpec

extension ClaimEvaluator {
  /// `elasticity(macs, alpha)`, `elasticity(weights(mobilenet), alpha)`: d ln(cost) / d ln(parameter) where the parameter
  /// has its value.
  ///
  /// - Throws: ``Diagnostic`` for what is no parameter, and where there is no derivative.
  func elasticity(_ call: CallSyntax) throws -> Amount {
    guard call.arguments.count == 2, case .name(let name) = call.arguments[1].value else {
      throw Diagnostic("'elasticity' takes a cost and a parameter", at: call.place)
    }
    let cost = call.arguments[0].value
    let parameter = try parameter(name, of: cost)
    guard let value = values[parameter.name] ?? values[parameter.symbol.name] ?? parameter.defaultValue.number,
      let number = value.constant
    else { throw Diagnostic("'\(name.text)' is no number here", at: name.place) }
    var inner = self
    inner.anchors[parameter.name] = value
    for own in [parameter.name, parameter.symbol.name] { inner.values[own] = Expr(parameter.symbol) }
    // Figures that are given as numbers would not grow.
    inner.values = inner.values.filter { !Measure.all.contains($0.key) }
    guard case .exact(let form) = try inner.amount(cost),
      let elasticity = try form.elasticity(by: parameter.symbol, at: [parameter.symbol: number])
    else {
      throw Diagnostic(
        "there is no elasticity by '\(name.text)' here", at: call.place,
        cause: "a rounding or a root holds it, or the cost is 0")
    }
    return .real(elasticity)
  }

  /// The parameter of that name of the network that a cost is of.
  private func parameter(_ name: Name, of cost: ExprSyntax) throws -> Parameter {
    var mentions = Mentions()
    mentions.visit(cost)
    var parameters = self.parameters
    for network in mentions.networks {
      let (other, found) =
        specification.network(named: network) != nil
        ? (specification, network) : try bench.find(Name(network, at: name.place), from: specification)
      parameters += bench.parameters(other, found)
    }
    guard let found = parameters.first(where: { $0.name == name.text || $0.symbol.name == name.text }) else {
      throw Diagnostic(
        "there is no parameter '\(name.text)'", at: name.place,
        help: suggestion(for: name.text, among: parameters.map(\.name)).map { "did you mean '\($0)'?" })
    }
    return found
  }
}
