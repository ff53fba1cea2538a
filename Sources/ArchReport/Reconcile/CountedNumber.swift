import ArchAlgebra
import ArchCost
import ArchIR

/// A number that an analysis gives, under one convention: what a stated number is held against.
public struct CountedNumber: Sendable, Hashable {
  public var kind: StatedKind
  public var value: Int
  /// What it is in words: `multiply-adds, as thop counts`.
  public var meaning: String
  /// The counting convention's name, where it is one of those.
  public var convention: String?
  /// Which part of the network was counted, where it is not all of it.
  public var part: String?
  /// How far this is from the plain count of parameters or multiply-adds.
  public var effort: Int
}

extension Analysis<Int> {
  /// Everything that people count of a network, the plainest first.
  ///
  /// - Throws: ``ArithmeticError`` where a count leaves the range of integers.
  public func countedNumbers() throws -> [CountedNumber] {
    var numbers = try total.plainNumbers(part: nil, effort: 0)
    numbers += try total.toolNumbers()
    numbers += try total.sizes()
    for part in try parts() { numbers += try part.cost.plainNumbers(part: part.name, effort: part.effort) }
    return numbers.filter { $0.value > 0 }.sorted { $0.effort < $1.effort }
  }

  private struct Part {
    var name: String
    var cost: Cost<Int>
    var effort: Int
  }

  /// The network without its linear layers, without its last layer, with a last layer of another size.
  private func parts() throws -> [Part] {
    var parts: [Part] = []
    let linear = graph.nodes.indices.filter { if case .linear = graph.nodes[$0].op { true } else { false } }
    if !linear.isEmpty, linear.count < graph.layers.count {
      parts.append(Part(name: "without the linear layers", cost: try cost(without: Set(linear)), effort: 2))
    }
    guard let last = lastLayer else { return parts }
    let rest = try cost(without: [last])
    if linear != [last] { parts.append(Part(name: "without the last layer", cost: rest, effort: 2)) }
    guard let features = graph.nodes[last].op.outputFeatures, features > 1 else { return parts }
    for classes in [1001, 1000, 100, 10, 21_841] where classes != features {
      let scaled = try costs[last].scaled(by: classes, over: features)
      var sum = rest
      try sum.add(scaled)
      parts.append(Part(name: "with \(classes) classes", cost: sum, effort: 3))
    }
    return parts
  }

  private func cost(without left: Set<Int>) throws -> Cost<Int> {
    try cost(of: graph.nodes.indices.filter { !left.contains($0) })
  }

  /// The layer with weights that the first output comes from, with nothing but functions after it.
  private var lastLayer: Int? {
    guard var node = graph.outputs.first?.node else { return nil }
    while costs[node].parameters.weights == 0 {
      guard graph.nodes[node].inputs.count == 1 else { return nil }
      node = graph.nodes[node].inputs[0]
    }
    return graph.nodes[node].parametersOf == nil ? node : nil
  }
}

extension Op<Int> {
  /// How many numbers a layer with weights makes at each place.
  fileprivate var outputFeatures: Int? {
    switch self {
    case .linear(let linear): linear.outputFeatures
    case .convolution(let convolution): convolution.outputChannels
    default: nil
    }
  }
}

extension Cost<Int> {
  /// The layer with another number of outputs: all that it costs is proportional to it.
  fileprivate func scaled(by count: Int, over features: Int) throws -> Cost {
    func scale(_ value: Int) throws -> Int { try value.multiplied(by: count) / features }
    var result = Cost()
    result.parameters.weights = try scale(parameters.weights)
    result.parameters.biases = try scale(parameters.biases)
    for entry in tally.entries { try result.tally.add(try scale(entry.count), of: entry.quantity) }
    result.outputElements = try scale(outputElements)
    return result
  }

  fileprivate func plainNumbers(part: String?, effort: Int) throws -> [CountedNumber] {
    var numbers: [CountedNumber] = []
    func add(_ kind: StatedKind, _ value: Int, _ meaning: String, _ convention: String? = nil, _ more: Int) {
      numbers.append(
        CountedNumber(
          kind: kind, value: value, meaning: meaning, convention: convention, part: part, effort: effort + more))
    }
    let macs = try macs
    add(.operations, macs, "multiply-adds", "macs", 0)
    add(.operations, try macs.multiplied(by: 2), "FLOPs, two for each multiply-add", "torch", 1)
    add(.parameters, try parameters.trainable, "parameters", nil, 0)
    add(.parameters, parameters.weights, "weights only: no biases, no normalisation", "paper", 1)
    add(.parameters, try parameters.total, "parameters and running statistics", "keras", 1)
    add(.parameters, try parameters.weights.adding(parameters.biases), "weights and biases, no normalisation", nil, 2)
    add(.parameters, try parameters.weights.adding(parameters.normalization), "parameters without biases", nil, 2)
    let unscaled = try parameters.total.adding(-tally[.batchNormScales])
    add(.parameters, unscaled, "parameters and running statistics, batch normalisation without scales", nil, 4)
    return numbers
  }

  /// As tools count, and twice that where they count multiply-adds once.
  fileprivate func toolNumbers() throws -> [CountedNumber] {
    var numbers: [CountedNumber] = []
    for convention in CountingConvention.all where convention.name != "macs" && convention.name != "torch" {
      let count = try convention.count(self)
      let effort = convention.countsLayers ? 2 : 3
      let meaning = convention.summary
      numbers.append(
        CountedNumber(
          kind: .operations, value: count, meaning: meaning, convention: convention.name, part: nil, effort: effort))
      guard convention.countsMultiplyAddsOnce else { continue }
      numbers.append(
        CountedNumber(
          kind: .operations, value: try count.multiplied(by: 2), meaning: "twice " + meaning,
          convention: convention.name, part: nil, effort: effort + 1))
    }
    return numbers
  }

  fileprivate func sizes() throws -> [CountedNumber] {
    func sizes(_ elements: Int, _ what: String, _ effort: Int) throws -> [CountedNumber] {
      try [(4, "float32", 0), (2, "float16", 1), (1, "int8", 1)].map { bytes, type, more in
        CountedNumber(
          kind: .bytes, value: try elements.multiplied(by: bytes), meaning: "\(what) as \(type)", convention: nil,
          part: nil, effort: effort + more)
      }
    }
    return try sizes(try parameters.trainable, "parameters", 0)
      + sizes(try parameters.total, "parameters and running statistics", 1)
      + sizes(outputElements, "all activations", 2)
  }
}
