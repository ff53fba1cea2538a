import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec
import Testing
import TestSupport

/// The main theorem on the networks that come with archcalc: counting the network at given parameters, and counting
/// closed forms and then giving the parameters values, are the same.
@Suite struct ZooSquareTests {
  /// Settings of one network drawn at random from the ranges of its parameters.
  struct Draw {
    var text: String
    var options = ElaborationOptions()
    var values: [Symbol: Rational] = [:]

    init(_ parameters: [Parameter], using random: inout SeededGenerator) throws {
      var texts: [String] = []
      options.batch = random.pick([1, 1, 2, 5])
      for parameter in parameters {
        guard let standard = parameter.defaultValue.number?.constant else { continue }
        var number = standard
        switch random.pick([0, 1, 2, 3, 3]) {
        case 0: break
        case 1: number = try standard * Rational(random.pick([2, 3]))
        case 2: number = try standard * Rational(1, random.pick([2, 4]))
        default:
          number =
            parameter.kind == .integer
            ? Rational(.random(in: 1...40, using: &random)) : try Rational(.random(in: 1...16, using: &random), 8)
        }
        // Resolutions that the stages divide are what most closed forms hold for.
        if standard.integer.map({ $0 >= 32 && $0 % 32 == 0 }) == true, random.chance(70) {
          number = Rational(32 * .random(in: 1...9, using: &random))
        }
        let value = Value.number(Expr(number))
        guard (try? parameter.check(value)) != nil else { continue }
        options.settings[parameter.name] = value
        values[parameter.symbol] = number
        texts.append("\(parameter.name)=\(number)")
      }
      text = texts.joined(separator: " ") + " batch=\(options.batch)"
      for parameter in parameters where values[parameter.symbol] == nil {
        values[parameter.symbol] = parameter.defaultValue.number?.constant
      }
    }
  }

  /// Layers after which a network has been compared at enough settings: small ones at several, large ones at one.
  private static let enough = 150

  /// Networks whose fields and peaks are compared too. Closed forms of these are maxima over all branches and all layers,
  /// and take long where the branches are many.
  private static let measured: Set = [
    "resnet18", "resnet20", "resnext_block", "mobilenet", "igc", "igc_cifar", "regular_block", "regconv_cifar",
    "sumfusion_block", "xception_block", "vgg16",
  ]

  private func parameters(_ network: String) throws -> (Specification, [Parameter]) {
    let specification = try Zoo.specification(of: network)
    return (specification, try specification.parameters(of: specification.network(named: network)!))
  }

  @Test(arguments: Zoo.names) func closedFormsOfTheDefaultsHoldElsewhere(network: String) throws {
    let (specification, parameters) = try parameters(network)
    var random = SeededGenerator(seed: 11)
    var forms: [Int: (Architecture<Expr>, Analysis<Expr>)] = [:]
    var compared = 0
    var layers = 0
    for _ in 0..<40 where layers < Self.enough {
      let draw = try Draw(parameters, using: &random)
      var defaults = ElaborationOptions()
      defaults.batch = draw.options.batch
      if forms[defaults.batch] == nil {
        let architecture: Architecture<Expr> = try specification.elaborate(network, options: defaults)
        forms[defaults.batch] = (architecture, try Analysis(architecture.graph))
      }
      let (architecture, symbolic) = forms[defaults.batch]!
      guard try architecture.conditions.allSatisfy({ try $0.holds(at: draw.values) }),
        let numeric: Architecture<Int> = try? specification.elaborate(network, options: draw.options)
      else { continue }
      compared += 1
      layers += max(30, numeric.graph.nodes.count)
      try compare(numeric, architecture, symbolic, at: draw.values, "\(network) \(draw.text)")
    }
    #expect(compared >= 1, "none of the settings are within the conditions")
  }

  @Test(arguments: Zoo.names) func closedFormsOfTheSettingsHoldThere(network: String) throws {
    let (specification, parameters) = try parameters(network)
    var random = SeededGenerator(seed: 12)
    var compared = 0
    var layers = 0
    for _ in 0..<20 where layers < Self.enough / 2 {
      let draw = try Draw(parameters, using: &random)
      guard let numeric: Architecture<Int> = try? specification.elaborate(network, options: draw.options) else {
        continue
      }
      let architecture: Architecture<Expr> = try specification.elaborate(network, options: draw.options)
      for condition in architecture.conditions {
        #expect(try condition.holds(at: draw.values), "\(draw.text): \(condition)")
      }
      compared += 1
      layers += max(30, numeric.graph.nodes.count)
      try compare(numeric, architecture, Analysis(architecture.graph), at: draw.values, "\(network) \(draw.text)")
    }
    #expect(compared >= 1)
  }

  private func compare(
    _ numeric: Architecture<Int>, _ architecture: Architecture<Expr>, _ symbolic: Analysis<Expr>,
    at values: [Symbol: Rational], _ what: String
  ) throws {
    let analysis = try Analysis(numeric.graph)
    try expectEqual(analysis.total, symbolic.total, at: values, what)
    // Binding the closed forms gives the same network, node by node.
    let unfolded = try architecture.graph.bound(to: values).unfolded()
    #expect(unfolded.nodes.count == numeric.graph.nodes.count, "\(what)")
    let different = zip(unfolded.nodes, numeric.graph.nodes).first { mine, theirs in
      mine.op != theirs.op || mine.inputs != theirs.inputs || mine.output != theirs.output
    }
    #expect(different == nil, "\(what)")
    // Measures of the whole network.
    let (end, start) = (architecture.graph.outputs[0].node, numeric.graph.outputs[0].node)
    let depth = try architecture.graph.depths()[end].evaluated(values)
    #expect(try depth == Rational(numeric.graph.depths()[start]), "depth of \(what)")
    guard Self.measured.contains(architecture.graph.name) else { return }
    let field = try architecture.graph.receptiveFields()[end]
    let numericField = try numeric.graph.receptiveFields()[start]
    #expect(try field?.size.map { try $0.evaluated(values) } == numericField?.size.map { Rational($0) }, "\(what)")
    let stride = try field?.stride?.map { try $0.evaluated(values) }
    #expect(stride == numericField?.stride?.map { Rational($0) }, "\(what)")
    if let memory = try ActivationMemory(architecture.graph) {
      let peak = try #require(try ActivationMemory(numeric.graph)).peak
      #expect(try memory.peak.evaluated(values) == Rational(peak), "peak memory of \(what)")
    }
  }
}
