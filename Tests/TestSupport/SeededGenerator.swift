/// Random numbers that are the same in every run: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Seeds are spread over the cycle: one sequence must not be another one a few steps later.
  public init(seed: some BinaryInteger) { state = (UInt64(truncatingIfNeeded: seed) &+ 1) &* 0xD134_2543_DE82_EF95 }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  public mutating func pick<C: Collection>(_ choices: C) -> C.Element { choices.randomElement(using: &self)! }

  public mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
