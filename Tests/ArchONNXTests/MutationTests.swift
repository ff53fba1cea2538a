import ArchCost
import ArchONNX
import Foundation
import TestSupport
import Testing

/// Committed models with a few bytes changed: read or refused, but never a crash, and never slowly.
@Suite("Mutated models")
struct MutationTests {
  @Test(
    "a model with changed bytes is read or refused",
    arguments: ["resnet18-dynamo", "shufflenet_v2_x1_0-script", "mobilenet_v2-dynamic-script"])
  func mutations(fixture: String) throws {
    let original = try Fixtures.bytes(fixture)
    var generator = SeededGenerator(seed: original.count)
    var outcomes = (read: 0, refused: 0)
    for _ in 0..<60 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
        case 3:
          let from = Int.random(in: 0..<bytes.count, using: &generator)
          let piece = Array(bytes[from..<min(bytes.count, from + Int.random(in: 1...200, using: &generator))])
          bytes.insert(contentsOf: piece, at: place)
        default: bytes = Array(bytes[..<place])
        }
        if bytes.isEmpty { bytes = [0] }
      }
      do {
        let model = try ModelFile(ModelBytes(bytes)).imported()
        #expect(model.graph.violations().isEmpty)
        if let graph = try? model.numbers() { _ = try? Analysis(graph) }
        _ = try? Analysis(model.graph)
        outcomes.read += 1
      } catch is ModelError {
        outcomes.refused += 1
      }
    }
    #expect(outcomes.refused > 0)
    #expect(outcomes.read + outcomes.refused == 60)
  }

  /// Cases that were found by `Tests/Fuzz/run`, and small files that it made which reach much of the reader.
  private static let found: [String] = {
    let folder = Fixtures.folder.deletingLastPathComponent().appendingPathComponent("Found").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().map { folder + "/" + $0 }
  }()

  @Test("what fuzzing has made is read or refused", arguments: found)
  func fuzzed(path: String) throws {
    do {
      let model = try ModelFile(path: path).imported()
      #expect(model.graph.violations().isEmpty)
      _ = try? Analysis(model.graph)
    } catch is ModelError {}
  }

  @Test("a file that is cut short anywhere is read or refused")
  func truncated() throws {
    let bytes = ModelWriter.build {
      $0.input("x", [1, 3, 8, 8])
      $0.weight("w", [8, 3, 3, 3])
      $0.node("Conv", ["x", "w"], ["y"], lists: ["pads": [1, 1, 1, 1]])
      $0.output("y")
    }.bytes
    var refused = 0
    for count in 0..<bytes.count {
      do { _ = try ModelFile(ModelBytes(Array(bytes[..<count]))).imported() } catch is ModelError { refused += 1 }
    }
    // Only at the end of a message of the outermost level can a part be taken for the whole.
    #expect(refused > bytes.count * 9 / 10)
  }

  @Test("external data through a link out of the model's folder is refused")
  func linkedData() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let inner = folder.appendingPathComponent("model")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(repeating: 7, count: 64).write(to: folder.appendingPathComponent("secret"))
    try FileManager.default.createSymbolicLink(
      at: inner.appendingPathComponent("weights"), withDestinationURL: folder.appendingPathComponent("secret"))
    let path = inner.appendingPathComponent("m.onnx")
    // Its elements are read, because they are a shape.
    try Data(
      ModelWriter.build {
        $0.input("x", [1, 3, 8, 8])
        $0.weight("w", [8, 3, 3, 3])
        $0.node("Conv", ["x", "w"], ["y"])
        $0.output("y")
      }.bytes
    ).write(to: path)
    let model = try ModelFile(path: path.path).imported()
    let tensor = try #require(model.tensors.values.flatMap(\.values).first)
    #expect(throws: ModelError.self) { try tensor.elements(limit: 1 << 20) }
  }
}
