import Foundation

/// Deletes, doubles, swaps and replaces tokens and lines of a text, also with lines and tokens of other texts: those of the
/// folder that ARCHCALC_FUZZ_SEEDS names.
struct TokenMutator {
  private var pieces: [[UInt8]]
  private var random: SplitMix
  private let isByLines: Bool

  init(_ text: [UInt8], seed: UInt64) {
    random = SplitMix(state: seed)
    isByLines = random.next() % 3 == 0
    pieces = isByLines ? Self.lines(text) : Self.tokens(text)
  }

  mutating func mutated() -> [UInt8] {
    for _ in 0...(random.next() % 3) { change() }
    return Array(pieces.joined())
  }

  private mutating func change() {
    let pool = isByLines ? Self.poolLines : Self.poolTokens
    guard !pieces.isEmpty else { return pieces.append(pick(pool) ?? [0x20]) }
    let index = Int(random.next() % UInt64(pieces.count))
    let length = min(1 + Int(random.next() % 4), pieces.count - index)
    switch random.next() % 6 {
    case 0: pieces.removeSubrange(index..<index + length)
    case 1: pieces.insert(contentsOf: pieces[index..<index + length], at: index)
    case 2: pieces.swapAt(index, Int(random.next() % UInt64(pieces.count)))
    case 3: pieces[index] = pick(pieces)!
    case 4: pieces[index] = pick(pool) ?? [0x20]
    default: pieces.insert(pick(pool) ?? [0x20], at: index)
    }
  }

  private mutating func pick(_ pieces: [[UInt8]]) -> [UInt8]? {
    pieces.isEmpty ? nil : pieces[Int(random.next() % UInt64(pieces.count))]
  }

  // MARK: Pieces

  private static func lines(_ text: [UInt8]) -> [[UInt8]] {
    text.split(separator: 0x0A, omittingEmptySubsequences: false).map { $0 + [0x0A] }
  }

  /// Runs of letters and digits, runs of blanks, and other bytes each by itself.
  private static func tokens(_ text: [UInt8]) -> [[UInt8]] {
    var tokens: [[UInt8]] = []
    var last = 0
    for byte in text {
      let kind = kind(byte)
      if kind != 0, kind == last { tokens[tokens.count - 1].append(byte) } else { tokens.append([byte]) }
      last = kind
    }
    return tokens
  }

  private static func kind(_ byte: UInt8) -> Int {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: 1
    case 0x20, 0x09: 2
    default: 0
    }
  }

  private static let pool: [[UInt8]] = {
    let folder = ProcessInfo.processInfo.environment["ARCHCALC_FUZZ_SEEDS"] ?? ""
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().compactMap { FileManager.default.contents(atPath: folder + "/" + $0).map { Array($0) } }
  }()

  private static let poolLines = pool.flatMap(lines)

  private static let poolTokens: [[UInt8]] = {
    var found = Set(pool.flatMap(tokens))
    for extreme in [
      "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "4611686018427387904", "99999", "2^63", "1/3",
      "in", "[]",
      "0x0", "1..3", "a/(a - a)", "1e308", "nan", "inf", "\u{301}", "\u{202E}",
    ] { found.insert(Array(extreme.utf8)) }
    return found.sorted { $0.lexicographicallyPrecedes($1) }
  }()
}

/// Steele, Lea and Flood's generator: each seed of libFuzzer gives the same change again.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
