import ArchCost
import Testing
import TestSupport

/// The totals of counting tools, each by its convention and nothing else.
@Suite struct ConventionTests {
  struct Total: CustomTestStringConvertible {
    var tool: String
    var count: Int
    var network: MeasuredNetwork

    var testDescription: String { "\(tool) of \(network.name) = \(count)" }

    static let all: [Total] = try! Fixture("counts.tsv").rows.map { cells in
      Total(
        tool: cells["tool"]!, count: Int(cells["count"]!)!,
        network: MeasuredNetwork.all.first { $0.name == cells["network"]! }!)
    }
  }

  @Test(arguments: Total.all) func totalOfATool(_ total: Total) throws {
    let analysis = try Analysis(total.network.graph())
    let convention = try #require(CountingConvention.named(total.tool))
    var count = try convention.count(analysis.total)
    for accident in Accident.all where accident.network == total.network.name && accident.tool == total.tool {
      for (quantity, weight) in accident.missing { count -= weight * analysis.total.tally[quantity] }
    }
    #expect(count == total.count)
  }

  @Test func allTotalsAreThere() {
    #expect(Total.all.count == 152)
    for accident in Accident.all {
      #expect(Total.all.contains { $0.tool == accident.tool && $0.network.name == accident.network })
    }
  }

  /// What a tool does not see of one network because of how its code is written: not of how the tool counts.
  ///
  /// The difference is exactly these quantities, so that everything else is as the convention says.
  struct Accident {
    var network, tool: String
    /// Quantities that are left out, each so many times.
    var missing: [Quantity: Int]

    static let all: [Accident] = {
      var all: [Accident] = []
      // timm's normalisation with its activation is a subclass; these tools look classes up exactly.
      for network in ["timm_mobilenetv1_100", "timm_mobilenetv1_050"] {
        all.append(.init(network: network, tool: "thop", missing: [.batchNormElements: 4]))
        all.append(.init(network: network, tool: "ptflops", missing: [.batchNormElements: 2]))
        all.append(.init(network: network, tool: "torchinfo", missing: [.normalizationParameterUses: 1]))
      }
      // DenseNet's last pool is a function, not a module: thop does not see it. ptflops counts its last ReLU and its
      // last pool, both functions, once instead of twice: as many elements as the pool's input twice.
      all.append(
        .init(
          network: "densenet121", tool: "thop",
          missing: [.adaptiveAveragePoolWindow: 1, .adaptiveAveragePoolOutput: 1]))
      all.append(.init(network: "densenet121", tool: "ptflops", missing: [.adaptiveAveragePoolInput: 2]))
      return all
    }()
  }

  /// Totals of TensorFlow's profiler for networks as Keras builds them.
  @Test(arguments: [
    ("keras_mobilenet", "keras-mobilenet.arch", 1_147_687_920, 4_253_864),
    ("keras_resnet50", "keras-resnet50.arch", 7_755_299_312, 25_636_712),
    ("keras_vgg16", "classics.arch", 30_960_211_824, 138_357_544),
    ("keras_densenet121", "classics.arch", 5_702_474_160, 8_062_504),
  ]) func kerasProfile(network: String, file: String, flops: Int, parameters: Int) throws {
    let analysis = try Analysis(MeasuredNetwork(name: network, network: network, file: file).graph())
    let convention = try #require(CountingConvention.named("keras"))
    #expect(try convention.count(analysis.total) == flops)
    #expect(try convention.parameters(analysis.total) == parameters)
  }

  /// The specification of MobileNet has no softmax and needs no padding operators: with the softmax, which the profiler
  /// counts as 5 an element, it has Keras' count. Padding counts nothing.
  @Test func kerasCountsASoftmaxMore() throws {
    let convention = try #require(CountingConvention.named("keras"))
    let analysis = try Analysis(MeasuredNetwork(name: "mobilenet", network: "mobilenet").graph())
    #expect(try convention.count(analysis.total) + 5 * 1000 == 1_147_687_920)
    #expect(try convention.parameters(analysis.total) == 4_253_864)
  }

  /// Keras' normalisation costs 2 an element and 6 a channel, 5 where it has no scale, as in its Inception networks.
  @Test(arguments: [(true, 2 * 300 + 6 * 3), (false, 2 * 300 + 5 * 3)]) func kerasNormalization(
    hasScale: Bool, flops: Int
  ) throws {
    let text = "network one {\n input(3, 10, 10) \n bn(scale: \(hasScale)) \n}"
    let analysis = try Analysis(Zoo.elaborate(text: text, "one", as: Int.self).graph)
    #expect(try CountingConvention.named("keras")?.count(analysis.total) == flops)
  }
}
