import ArchRuntime
import Testing

@Suite("Generated weights") struct WeightGeneratorTests {
  @Test("the bits are these on every machine")
  func bits() {
    let weights = WeightGenerator(seed: 42).kernel(tensor: 3, count: 4, fanIn: 27).values
    #expect(weights.map(\.bitPattern) == expectedBits)
  }

  private let expectedBits: [UInt32] = [1_045_259_865, 3_144_305_086, 3_190_635_000, 3_168_961_160]

  @Test("mean 0, variance 2 / fanIn, and tensors differ")
  func moments() {
    let generator = WeightGenerator(seed: 1)
    let weights = generator.kernel(tensor: 0, count: 100_000, fanIn: 50).values
    let mean = weights.reduce(0.0) { $0 + Double($1) } / 100_000
    let variance = weights.reduce(0.0) { $0 + Double($1) * Double($1) } / 100_000
    #expect(abs(mean) < 0.002)
    #expect(abs(variance - 0.04) < 0.0005)
    #expect(weights != generator.kernel(tensor: 1, count: 100_000, fanIn: 50).values)
    #expect(weights != WeightGenerator(seed: 2).kernel(tensor: 0, count: 100_000, fanIn: 50).values)
  }
}
