import ArchIR
import ArchSpec

extension ClaimEvaluator {
  /// Differences below this, relative to the greatest output, are those of the order of summation.
  private static let roundingError = 1e-11

  /// What is found by running a network on the scalar reference.
  func execute(_ request: MeasureRequest) throws -> Amount {
    let place = request.call.place
    let network = try self.network(request)
    switch request.call.name.text {
    case "difference": return .real(try difference(network, request))
    case "freedom": return Amount(try ComposedKernel.freedom(of: network, at: place))
    case "zeros": return Amount(try ComposedKernel(network, at: place).zeros)
    case "distinct":
      let output = try network.run(network.randomInput())
      return Amount(Set((0..<output.channels).map { output.channelValues($0).map { ($0 * 1e9).rounded() } }).count)
    default:
      let kernel = try ComposedKernel(network, weights: .paths, at: place)
      let paths = kernel.values.flatMap { $0.map { $0[kernel.height / 2 * kernel.width + kernel.width / 2] } }
      let extreme = request.call.name.text == "leastpaths" ? paths.min() : paths.max()
      return Amount(Int(extreme?.rounded() ?? 0))
    }
  }

  private func network(_ request: MeasureRequest) throws -> ScalarNetwork {
    let measured = try bench.measured(request)
    let ones = try request.ones.map { Set(try $0.nodes(of: measured.graph, in: request.specification)) } ?? []
    return try ScalarNetwork(measured, ones: ones, on: bench, at: request.call.place)
  }

  /// The greatest difference of the outputs on random numbers, relative to the greatest output; 0 if it is not more
  /// than rounding.
  private func difference(_ network: ScalarNetwork, _ request: MeasureRequest) throws -> Double {
    let place = request.call.place
    let distance: Double
    switch request.second {
    case .size(let height, let width, _)?:
      distance = try ComposedKernel(network, at: place).distance(from: network, kernel: (height, width), at: place)
    case .name(let name)?:
      // Settings go to both where both have the parameter.
      var other = CallSyntax(request.call.name, [ArgumentSyntax(.name(name))] + request.secondSettings, at: place)
      other.name = Name("distinct", at: place)
      var second = try self.request(other)
      let names = bench.parameters(second.specification, second.network).map(\.name)
      for (name, value) in request.settings where names.contains(name) { second.settings[name] = value }
      let reference = try self.network(second)
      let (a, b) = (try network.run(network.randomInput()), try reference.run(reference.randomInput()))
      guard a.channels == b.channels, a.height == b.height, a.width == b.width else {
        throw Diagnostic("'\(request.network)' and '\(name.text)' have outputs of different shapes", at: place)
      }
      let greatest = b.values.map(\.magnitude).max() ?? 0
      let most = zip(a.values, b.values).map { ($0 - $1).magnitude }.max() ?? 0
      distance = greatest == 0 ? most : most / greatest
    default: throw Diagnostic("'difference' takes two networks, or one and the size of a kernel", at: place)
    }
    return distance <= Self.roundingError ? 0 : distance
  }
}
