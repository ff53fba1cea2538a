import Foundation
import Testing

/// What the report for programs tells of each kind of layer.
@Suite("Layers in JSON")
struct LayerJSONTests {
  private static let text = """
    network a {
      input(16, 16, 16)
      conv(3x3, 8, stride: (2, 1), padding: same, dilation: 1, groups: 4, bias: true)
      convtranspose(2x2, 8, stride: 2, outputpadding: (1, 0))
      groupnorm(4, shift: false)
      bn
      leakyrelu(1/8)
      lrn(3)
      permute([1, 0, 3, 2, 5, 4, 7, 6])
      shuffle(2)
      slice(2, 4)
      padchannels(1, 3)
      pad((1, 0, 2, 0))
      upsample(2, mode: bilinear)
      scaleby(1/3)
      avgpool(3x2, stride: 2, padding: valid, countpadding: false, ceil: true)
      adaptiveavgpool(4x3)
      flatten
      dropout(0.2)
      linear(10)
    }
    """

  private func layers() throws -> [String: [String: Any]] {
    let output = try Archcalc.run("-", "--json", input: Data(Self.text.utf8)).output
    let json = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    let layers = try #require(json["layers"] as? [[String: Any]])
    return Dictionary(uniqueKeysWithValues: layers.map { ($0["op"] as? String ?? "", $0) })
  }

  @Test("attributes are those that the specification gives") func attributes() throws {
    let layers = try layers()
    func attribute(_ op: String, _ name: String) throws -> String {
      let value = try #require(layers[op]?[name], "\(op) \(name)")
      let data = try JSONSerialization.data(
        withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes])
      return String(decoding: data, as: UTF8.self)
    }
    let expected: [(op: String, attributes: [(name: String, text: String)])] = [
      ("conv", [("kernel", "[3,3]"), ("stride", "[2,1]"), ("padding", "[0,1,1,1]"), ("dilation", "[1,1]")]),
      ("conv", [("groups", "4"), ("bias", "true")]),
      ("convtranspose", [("output_padding", "[1,0]"), ("bias", "false")]),
      ("groupnorm", [("groups", "4"), ("scale", "true"), ("shift", "false")]),
      ("bn", [("scale", "true"), ("shift", "true")]),
      ("leakyrelu", [("slope", "0.125")]),
      ("lrn", [("size", "3")]),
      ("permute", [("order", "[1,0,3,2,5,4,7,6]")]),
      ("shuffle", [("groups", "2")]),
      ("slice", [("start", "2"), ("count_channels", "4")]),
      ("padchannels", [("before", "1"), ("after", "3")]),
      ("pad", [("padding", "[1,0,2,0]")]),
      ("upsample", [("factors", "[2,2]"), ("mode", #""bilinear""#)]),
      ("scaleby", [("factor", #""1/3""#)]),
      ("avgpool", [("kernel", "[3,2]"), ("ceil", "true"), ("count_padding", "false")]),
      ("adaptiveavgpool", [("output_size", "[4,3]")]),
      ("dropout", [("rate", "0.2")]),
      ("linear", [("bias", "true")]),
    ]
    for (op, attributes) in expected {
      for (name, text) in attributes { #expect(try attribute(op, name) == text, "\(op) \(name)") }
    }
  }

  @Test("costs are apart by kind, in elements and in bytes") func costs() throws {
    let layers = try layers()
    let conv = try #require(layers["conv"])
    func count(_ name: String) -> Int? { conv[name] as? Int }
    // 8 kernels of 4×3×3 and 8 biases; 8×8×16 outputs of 36 multiply-adds and one addition.
    #expect(count("weights") == 288 && count("biases") == 8 && count("params") == 296)
    #expect(count("macs") == 36_864 && count("elementwise") == 1024 && count("flops") == 74_752)
    #expect(count("activation_elements") == 1024 && count("activation_bytes") == 4096)
    #expect(count("traffic_bytes") == 4 * (16 * 16 * 16 + 1024 + 296))
    #expect(conv["receptive_field"] as? [Int] == [3, 3] && conv["input_stride"] as? [Int] == [2, 1])
    let bn = try #require(layers["bn"])
    #expect(bn["normalization"] as? Int == 16 && bn["buffers"] as? Int == 16 && bn["weights"] as? Int == 0)
    #expect(layers["dropout"]?["intensity"] is NSNull && layers["linear"]?["receptive_field"] as? String == "all")
  }
}
