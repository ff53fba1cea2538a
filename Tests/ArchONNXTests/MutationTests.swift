import ArchCost
import ArchONNX
import Testing

/// Committed models with a few bytes changed: read or refused, but never a crash, and never slowly.
@Suite("Mutated models")
struct MutationTests {
  @Test("a model with changed bytes is read or refused", arguments: ["resnet18-dynamo", "shufflenet_v2_x1_0-script", "mobilenet_v2-dynamic-script"])
  func mutations(fixture: String) throws {
    let original = try Fixtures.bytes(fixture)
    var generator = SeededGenerator(seed: UInt64(original.count))
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
}
