import ArchCost
import ArchIR
import ArchSpec
import Testing
import TestSupport

/// The tables of the MobileNet paper that tell layers and kinds of layers apart.
@Suite struct MobileNetTableTests {
  /// A layer with weights, in the words of Table 1.
  struct Layer: Equatable {
    var type: String
    var stride, input, output, weights, macs: String
  }

  private func layers(_ analysis: Analysis<Int>) throws -> [Layer] {
    try analysis.graph.layers.compactMap { index in
      let node = analysis.graph.nodes[index]
      let type: String
      var stride = 1
      switch node.op {
      case .linear: type = "FC"
      case .convolution(let convolution):
        stride = convolution.stride[0]
        type = convolution.groups > 1 ? "Conv dw" : convolution.kernel == [1, 1] ? "Conv 1x1" : "Conv"
      default: return nil
      }
      // Height × width × channels, as the paper has them.
      func image(_ shape: Shape<Int>) -> String {
        (shape.rank == 2 ? [1, 1, shape.channels] : [shape.extents[2], shape.extents[3], shape.channels])
          .map(String.init).joined(separator: "x")
      }
      return Layer(
        type: type, stride: String(stride), input: image(analysis.graph.nodes[node.inputs[0]].output),
        output: image(node.output), weights: String(analysis.costs[index].parameters.weights),
        macs: String(try analysis.costs[index].macs))
    }
  }

  @Test func table1() throws {
    let expected = try Fixture("mobilenet-table1.tsv").rows.map {
      Layer(
        type: $0["type"]!, stride: $0["stride"]!, input: $0["input"]!, output: $0["output"]!, weights: $0["weights"]!,
        macs: $0["macs"]!)
    }
    #expect(expected.count == 28)
    #expect(try layers(Analysis(Zoo.elaborate("mobilenet").graph)) == expected)
  }

  /// Shares of multiply-adds and weights, in hundredths of a per cent as they are printed.
  @Test(arguments: [
    ("Conv 1x1", 9486, 7459), ("Conv dw", 306, 106), ("Conv", 119, 2), ("FC", 18, 2433),
  ]) func table2(type: String, macs: Int, weights: Int) throws {
    let analysis = try Analysis(Zoo.elaborate("mobilenet", as: Int.self).graph)
    let chosen = try layers(analysis).filter { $0.type == type }
    func share(_ part: Int, _ whole: Int) -> Int { (part * 20_000 + whole) / (2 * whole) }
    let macsShare = share(chosen.map { Int($0.macs)! }.reduce(0, +), try analysis.total.macs)
    #expect(share(chosen.map { Int($0.weights)! }.reduce(0, +), analysis.total.parameters.weights) == weights)
    withKnownIssue("the paper prints 1.19% where it must be 1.91%") {
      #expect(macsShare == macs)
    } when: {
      type == "Conv"
    }
  }

  /// One inner layer, 14×14 and 512 channels wide, and what the multipliers make of it.
  @Test(arguments: [
    ("input(512, 14, 14) \n conv(3x3, 512)", 462_422_016, 2_359_296),
    ("input(512, 14, 14) \n conv(3x3, 512, groups: 512) -> conv(1x1, 512)", 52_283_392, 266_752),
    ("input(384, 14, 14) \n conv(3x3, 384, groups: 384) -> conv(1x1, 384)", 29_578_752, 150_912),
    ("input(384, 10, 10) \n conv(3x3, 384, groups: 384) -> conv(1x1, 384)", 15_091_200, 150_912),
  ]) func table3(body: String, macs: Int, weights: Int) throws {
    let specification = try Specification(Source(name: "table3.arch", text: "network layer {\n\(body)\n}\n"))
    let analysis = try Analysis(specification.elaborate("layer", as: Int.self).graph)
    #expect(try analysis.total.macs == macs)
    #expect(analysis.total.parameters.weights == weights)
  }

  /// Table 4's MobileNet of full convolutions, counted without the classifier, and Table 5's shallow one.
  @Test(arguments: [
    ("full", 4_867_293_184, 4_866_269_184, 29_281_120, 29_294_088),
    ("shallow", 307_323_392, 306_299_392, 2_875_328, 2_887_976),
  ]) func tables4And5(network: String, macs: Int, convolutions: Int, weights: Int, parameters: Int) throws {
    let file = "mobilenet-variants.arch"
    let analysis = try Analysis(MeasuredNetwork(name: network, network: network, file: file).graph())
    #expect(try analysis.total.macs == macs)
    #expect(analysis.total.tally[.convolutionMACs] == convolutions)
    #expect(analysis.total.parameters.weights == weights)
    #expect(try analysis.total.parameters.trainable == parameters)
  }
}
