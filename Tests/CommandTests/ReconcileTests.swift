import ArchReport
import Foundation
import Testing

struct StatedCase: CustomTestStringConvertible {
  var network: String
  var says: String
  /// Fields of the JSON explanation that must be among those found.
  var expected: [String: String]
  /// How many explanations may stand before it.
  var place = 0

  init(_ network: String, _ says: String, _ expected: [String: String], place: Int = 0) {
    (self.network, self.says, self.expected, self.place) = (network, says, expected, place)
  }

  var testDescription: String { "\(network): \(says)" }
}

private let published: [StatedCase] = [
  // thop, torchvision's metadata, ResNeXt Table 1, ResNet Table 1, timm, calflops, two per multiply-add
  .init("resnet50", "4.134G", ["value": "4133742592", "convention": "thop", "match": "rounded"]),
  .init("resnet50", "4.09G", ["value": "4089184256", "convention": "macs"]),
  .init("resnet50", "4.1G", ["value": "4089184256", "convention": "macs"]),
  .init("resnet50", "3.8G", ["value": "3857973248", "settings": "strided=1x1", "match": "truncated"]),
  .init("resnet50", "4.11 GMACs", ["value": "4111412224", "convention": "timm"], place: 1),
  .init("resnet50", "8.211 GFLOPs", ["value": "8211108352", "convention": "calflops"]),
  .init("resnet50", "8.178G", ["value": "8178368512", "convention": "torch"]),
  .init("resnet50", "4089238376", ["convention": "torchinfo", "match": "exact"]),
  .init("resnet50", "25.6M", ["value": "25557032", "quantity": "parameters"]),
  .init("resnet50", "25.5M", ["value": "25502912", "convention": "paper"]),
  .init("resnet50", "25,636,712", ["network": "resnet50_keras", "match": "exact"]),
  .init("resnet50", "6.8G", ["value": "6758334464", "input": "3x288x288"], place: 1),
  .init("resnet50", "102.2 MB", ["value": "102228128", "quantity": "bytes"]),
  .init("inception_v3", "5.7G", ["value": "5713216096"]),
  .init("inception_v3", "27.2M", ["value": "27161264", "settings": "aux=true"]),
  .init("inception_v3", "23,851,784", ["settings": "keras=true", "match": "exact"], place: 1),
  .init("googlenet", "1.5G", ["value": "1498376192"]),
  .init("googlenet", "2G", ["network": "inception_v1", "convention": "macs"], place: 3),
  .init("googlenet", "13.0M", ["settings": "aux=true", "value": "13004888"]),
  .init("vgg16", "15.5G", ["value": "15470264320"]),
  .init("vgg16", "15.3G", ["value": "15346630656", "part": "without the linear layers"]),
  .init("vgg16", "30.9G", ["value": "30940528640", "convention": "torch"]),
  .init("vgg16", "138 million", ["value": "138357544", "quantity": "parameters"]),
  .init("mobilenet", "569", ["value": "568740352", "unit": "1000000"]),
  .init("mobilenet", "325M", ["value": "325400448", "settings": "alpha=0.75"]),
  .init("mobilenet", "186M", ["value": "186400768", "input": "3x128x128"]),
  .init("resnext50", "4.26G", ["value": "4259280896", "convention": "timm"], place: 1),
  .init("resnext50", "25.0e6", ["value": "24959680", "convention": "paper"], place: 1),
  .init("xception", "22,910,480", ["quantity": "parameters", "convention": "keras"]),
  .init("alexnet", "720M", ["value": "724406816"], place: 2),
]

/// Numbers that stand in papers and in the documentation of libraries, with what is known to give them.
@Suite("Explanations of stated numbers")
struct ReconcileTests {
  @Test("published numbers are explained", arguments: published)
  func publishedNumber(_ test: StatedCase) throws {
    let json = try Archcalc.json("reconcile", test.network, "--says", test.says)
    #expect(json["schema"] as? String == "archcalc.reconcile/1")
    let found = try #require(json["explanations"] as? [[String: Any]])
    let texts = found.map(Self.text)
    let index = texts.firstIndex { text in test.expected.allSatisfy { text[$0.key] == $0.value } }
    #expect(index.map { $0 <= test.place } == true, "\(texts.map { $0.description }.joined(separator: "\n"))")
    #expect(json["explained"] as? Bool == true)
  }

  private static func text(_ explanation: [String: Any]) -> [String: String] {
    explanation.mapValues { value in
      if let settings = value as? [String: String] {
        return settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
      }
      if let extents = value as? [Int] { return extents.map(String.init).joined(separator: "x") }
      return "\(value)"
    }
  }

  @Test("what nothing gives has the nearest, and says that they are not it") func unexplained() throws {
    let json = try Archcalc.json("reconcile", "vgg11", "--says", "8.3217G", "--limit", "2")
    #expect(json["explained"] as? Bool == false)
    let found = try #require(json["explanations"] as? [[String: Any]])
    #expect(!found.isEmpty && found.count <= 2)
    for explanation in found { #expect(explanation["match"] as? String == "near") }
    let far = try Archcalc.json("reconcile", "resnext_block", "--says", "4.1P")
    #expect((far["explanations"] as? [Any])?.isEmpty == true)
  }

  @Test("a model's own number") func model() throws {
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("ArchONNXTests/Fixtures/resnet18-dynamo.onnx").path
    let json = try Archcalc.json("reconcile", fixture, "--says", "1.814G")
    let first = try #require((json["explanations"] as? [[String: Any]])?.first)
    #expect(first["value"] as? Int == 1_814_073_344)
  }

  @Test(
    "what is written is read",
    arguments: [
      ("4.134G", 4134, 1_000_000, nil), ("25,557,032", 25_557_032, 1, nil), ("4.1e9", 41, 100_000_000, nil),
      ("~ 15.5 GFLOPs", 155, 100_000_000, .operations), ("3.5M params", 35, 100_000, .parameters),
      ("97.5 MB", 975, 100_000, .bytes), ("1.3B", 13, 100_000_000, nil), ("569 MMACs", 569, 1_000_000, .operations),
      ("4.1 billion multiply-adds", 41, 100_000_000, .operations), ("5.7 Gi", 57, 107_374_182, nil),
    ] as [(String, Int, Int, StatedKind?)])
  func reading(_ text: String, _ digits: Int, _ quantum: Int, _ kind: StatedKind?) throws {
    let number = try #require(StatedNumber(text))
    #expect(number.kind == kind)
    #expect(number.readings[0].digits == digits && number.readings[0].quantum.floor == quantum)
  }

  @Test(
    "what is no number is refused",
    arguments: [
      "", "G", "4.1X", "four", "-4", "0", "4.1.2G", "1e99", "99999999999999999999", "4.1e9G", "9.99999999999999999",
      "4G5",
    ])
  func noNumber(_ text: String) throws {
    #expect(StatedNumber(text) == nil)
    let result = try Archcalc.run("reconcile", "resnet18", "--says=\(text)")
    #expect(result.status == 2 && result.errors.contains("--says must be a number"))
  }

  @Test("the command's own words are checked") func usage() throws {
    #expect(try Archcalc.run("reconcile", "resnet18").status == 2)
    #expect(try Archcalc.run("reconcile", "--says", "4G").status == 2)
    #expect(try Archcalc.run("reconcile", "resnet18", "--says", "4G", "--limit", "0").status == 2)
    #expect(try Archcalc.run("reconcile", "resnet18", "--says").status == 2)
  }
}
