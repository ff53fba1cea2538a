import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// A measure with what it is of.
struct MeasureRequest {
  var call: CallSyntax
  var specification: Specification
  var network: String
  /// Numbers, words, lists by the parameter's name.
  var settings: [String: Value] = [:]
  /// What stands for the symbols of a closed form.
  var symbols: [Symbol: Expr] = [:]
  var selector: LayerSelector?
  /// The layers whose weights are one, of a network that is executed.
  var ones: LayerSelector?
  /// The second network, or the extents of a kernel.
  var second: ExprSyntax?
  /// Settings that only the second network has.
  var secondSettings: [ArgumentSyntax] = []

  /// Whether the closed form is asked for.
  var isOpen: Bool { symbols.values.contains { $0.constant == nil } }
}

extension ClaimEvaluator {
  func measure(_ call: CallSyntax) throws -> Amount {
    var request = try request(call)
    if !request.isOpen {
      if Measure.executed.contains(call.name.text) { return try execute(request) }
      return try measure(request, bench.measured(request))
    }
    guard request.selector == nil else {
      throw Diagnostic("layers are selected of numbers, not of formulas", at: call.place)
    }
    // Parameters that are no symbols here decide the network's shape; symbols are put in afterwards.
    var settings = request.settings
    var anchored: [Parameter] = []
    for parameter in bench.parameters(request.specification, request.network) {
      if let anchor = anchors[parameter.name], request.symbols[parameter.symbol]?.constant == nil {
        settings[parameter.name] = .number(anchor)
        anchored.append(parameter)
      }
    }
    let forms = try bench.measuredForms(request, settings)
    let (conditions, binding) = (forms.architecture.conditions, forms.architecture.binding)
    for parameter in anchored where conditions.fix(parameter, at: binding) {
      throw Diagnostic(
        "there is no elasticity by '\(parameter.name)' here", at: call.place,
        cause: "the network is another one at every value")
    }
    for setting in forms.architecture.settings where request.symbols[setting.parameter.symbol] == nil {
      if let number = setting.value.number { request.symbols[setting.parameter.symbol] = number }
    }
    return .exact(
      try form(call, of: forms).substituting(request.symbols).simplified(assuming: assumptions))
  }

  private func form(_ call: CallSyntax, of forms: MeasuredForms) throws -> Expr {
    let total = forms.total
    let graph = forms.architecture.graph
    switch call.name.text {
    case "outputs": return graph.nodes[graph.outputs[0].node].output.channels
    case "depth": return try graph.depths()[graph.outputs[0].node]
    default: break
    }
    guard let cost = try cost(call.name.text, total) else {
      throw Diagnostic(
        "'\(call.name.text)' has no closed form", at: call.place, help: "give its parameters values: over L in {2, 4}")
    }
    return cost
  }

  /// Reads the arguments.
  func request(_ call: CallSyntax) throws -> MeasureRequest {
    var arguments = call.arguments[...]
    var request: MeasureRequest
    if let first = arguments.first, first.label == nil, case .name(let name) = first.value {
      let (other, network) =
        specification.network(named: name.text) != nil
        ? (specification, name.text) : try bench.find(name, from: specification)
      request = MeasureRequest(call: call, specification: other, network: network)
      arguments = arguments.dropFirst()
    } else {
      guard let network = owner ?? (specification.networks.count == 1 ? specification.networks[0].name.text : nil)
      else {
        throw Diagnostic("this does not say which network it is about", at: call.place)
      }
      request = MeasureRequest(call: call, specification: specification, network: network)
    }
    if call.name.text == "difference" { request.second = arguments.popFirst()?.value }
    let parameters = bench.parameters(request.specification, request.network)
    if request.network == owner { request.settings = settings }
    // The variables of the claim are the parameters of the networks that it mentions.
    for parameter in parameters {
      for name in [parameter.name, parameter.symbol.name] {
        if let value = values[name] { set(parameter, value, in: &request) }
        if open.contains(name), values[name] == nil { request.symbols[parameter.symbol] = Expr(Symbol(symbol(name))) }
      }
    }
    for argument in arguments {
      switch (argument.label?.text, argument.value) {
      case (nil, .text(let text, let place)): request.selector = LayerSelector(text, at: place)
      case ("ones"?, .text(let text, let place)): request.ones = LayerSelector(text, at: place)
      case (let label?, let value):
        guard let parameter = parameters.first(where: { $0.name == label || $0.symbol.name == label }) else {
          if case .name? = request.second {
            request.secondSettings.append(argument)
            continue
          }
          throw Diagnostic(
            "'\(request.network)' has no parameter '\(label)'", at: argument.label!.place,
            help: suggestion(for: label, among: parameters.map(\.name)).map { "did you mean '\($0)'?" })
        }
        try set(parameter, value, in: &request)
      default: throw Diagnostic("expected a setting or a selection of layers", at: argument.value.place)
      }
    }
    return request
  }

  /// The symbol that a name of the owner stands for.
  private func symbol(_ name: String) -> String {
    parameters.first { $0.name == name }?.symbol.name ?? name
  }

  private func set(_ parameter: Parameter, _ value: Expr, in request: inout MeasureRequest) {
    request.symbols[parameter.symbol] = value
    request.settings[parameter.name] = value.constant == nil ? nil : .number(value)
  }

  private func set(_ parameter: Parameter, _ syntax: ExprSyntax, in request: inout MeasureRequest) throws {
    switch (parameter.kind, syntax) {
    case (.text, .text(let text, _)): request.settings[parameter.name] = .text(text)
    case (.boolean, .name(let name)): request.settings[parameter.name] = .boolean(name.text == "true")
    case (.list, .list(let elements, _)):
      request.settings[parameter.name] = .list(
        try elements.map { element in
          guard case .exact(let value) = try amount(element) else {
            throw Diagnostic("expected a number", at: element.place)
          }
          return .number(value)
        })
    default:
      guard case .exact(let value) = try amount(syntax) else { throw Diagnostic("expected a number", at: syntax.place) }
      set(parameter, value, in: &request)
    }
  }

  // MARK: Costs

  /// A cost by its name, counted as the claim says; `nil` if it is none.
  func cost<D: Dimension>(_ name: String, _ cost: Cost<D>) throws -> D? {
    switch name {
    case "params": try convention.map { try $0.parameters(cost) } ?? cost.parameters.trainable
    case "weights": cost.parameters.weights
    case "biases": cost.parameters.biases
    case "normalization": cost.parameters.normalization
    case "buffers": cost.parameters.buffers
    case "macs": try convention.map { try $0.count(cost) } ?? cost.macs
    case "flops": try (convention ?? .flops).count(cost)
    case "elementwise": try CountingConvention.elementwise.count(cost)
    case "activations": cost.outputElements
    default: nil
    }
  }

  private func measure(_ request: MeasureRequest, _ measured: Measured) throws -> Amount {
    let name = request.call.name.text
    let graph = measured.graph
    if request.selector == nil, let cost = try cost(name, measured.analysis.total) { return Amount(cost) }
    // What a branch does is found by going back through it, looking for other readers at each node.
    let looks = name == "topologies" ? graph.nodes.count * graph.nodes.count : graph.nodes.count
    try bench.spend(looks / ClaimLimits.nodesInStep, at: request.call.place)
    let nodes = try request.selector?.nodes(of: graph, in: request.specification)
    if nodes?.isEmpty == true, name != "layers" {
      if Measure.costs.contains(name) { return Amount(0) }
      throw Diagnostic("'\(request.network)' has no such layer", at: request.call.place)
    }
    if let nodes, let cost = try cost(name, try measured.analysis.cost(of: nodes)) { return Amount(cost) }
    let last = nodes?.last ?? graph.outputs[0].node
    switch name {
    case "memory": return Amount(try ActivationMemory(measured.analysis.graph)?.peak ?? 0)
    case "depth": return Amount(try graph.depths()[last])
    case "layers": return Amount(nodes?.count ?? graph.layers.filter { !graph.nodes[$0].op.isView }.count)
    case "outputs": return Amount(graph.nodes[last].output.channels)
    case "inputs": return Amount(graph.nodes[graph.nodes[last].inputs.first ?? last].output.channels)
    case "height": return Amount(graph.nodes[last].output.spatial.first ?? 1)
    case "field": return Amount(try field(measured, last, request.call))
    case "branches": return Amount(graph.nodes[last].inputs.count)
    case "topologies": return Amount(Set(graph.nodes[last].inputs.map { graph.path(to: $0) }).count)
    case "fields": return Amount(Set(try graph.nodes[last].inputs.map { try field(measured, $0, request.call) }).count)
    default:
      guard name == "year", let year = measured.architecture.metadata.year else {
        throw Diagnostic("'\(request.network)' has no \(name)", at: request.call.place)
      }
      return Amount(year)
    }
  }

  private func field(_ measured: Measured, _ node: Int, _ call: CallSyntax) throws -> Int {
    guard let size = measured.fields[node]?.size.first else {
      throw Diagnostic("this layer has no receptive field", at: call.place)
    }
    return size
  }
}

extension Graph<Int> {
  /// What a branch does: its operators and the shapes that they make, back to where it parts from others.
  fileprivate func path(to node: Int) -> [String] {
    var steps: [String] = []
    var current = node
    while nodes[current].inputs.count == 1, readers(of: current) <= 1 || current == node {
      // Which channels a slice takes is where its branch begins, and not what it does.
      var operation = "\(nodes[current].op)"
      if case .slice = nodes[current].op { operation = "slice" }
      steps.append("\(operation) \(nodes[current].output)")
      current = nodes[current].inputs[0]
      if readers(of: current) > 1 { break }
    }
    return steps
  }

  private func readers(of node: Int) -> Int { nodes.count { $0.inputs.contains(node) } }
}
