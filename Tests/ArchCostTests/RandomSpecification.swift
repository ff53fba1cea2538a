import ArchIR
import ArchSpec
import TestSupport

/// Random specifications, as text, over all operators, attributes and statements of the language.
///
/// They are grown line by line: what makes no network at the parameters' defaults is not added.
struct RandomSpecification {
  /// Each parameter with the values at which it is tried.
  static let parameters: [(name: String, values: [String])] = [
    ("a", ["4", "1", "2", "3", "6", "8"]), ("g", ["1", "2", "4"]), ("k", ["3", "1", "2", "5"]), ("s", ["1", "2", "3"]),
    ("R", ["16", "9", "12", "17", "24", "31"]), ("n", ["3", "1", "2", "4"]), ("w", ["1", "1/2", "3/2", "2"]),
  ]

  private var random: SeededGenerator
  private(set) var text = ""
  private var labels = 0

  init(seed: Int, lines: Int) {
    random = SeededGenerator(seed: seed)
    for (name, values) in Self.parameters {
      let isFactor = name == "w"
      text += "param \(name) = \(isFactor ? "1.0" : random.pick(values))\(isFactor ? " in 0.25.." : "")\n"
    }
    text += random.chance(30) ? "assume 2 divides R\n" : ""
    text += "network n {\n  input(\(random.pick(["a", "4", "8*w", "2*a"])), R, \(random.pick(["R", "R", "12"])))\n"
    var added = 0
    for _ in 0..<5 * lines where added < lines {
      if add(line(depth: 0)) { added += 1 }
    }
    _ = add(random.pick(["flatten -> linear(10*a)", "avgpool(global) -> linear(a, bias: false)", "relu"]))
    text += "}\n"
  }

  private mutating func add(_ line: String) -> Bool {
    let longer = text + "  \(line)\n"
    guard let specification = try? Specification(Source(name: "candidate", text: longer + "}\n")),
      let network: Architecture<Int> = try? specification.elaborate("n"),
      network.graph.nodes.allSatisfy({ $0.output.extents.allSatisfy { $0 <= 1000 } })
    else { return false }
    text = longer
    return true
  }

  private mutating func width() -> String {
    random.pick([
      "a", "2*a", "a*g", "in", "8", "4*g", "16*w", "in/2", "round(5*w)", "divisible(9*a, by: 4)", "1", "max(a, 4)",
      "2^n",
    ])
  }

  private mutating func window() -> String {
    var options = ""
    if random.chance(50) { options += ", stride: " + random.pick(["1", "2", "3", "s", "(1, s)"]) }
    if random.chance(60) {
      options += ", padding: " + random.pick(["half", "same", "valid", "1", "(0, 0, 1, 1)", "(1, k)", "s", "k - 1"])
    }
    return options
  }

  private mutating func kernel() -> String { random.pick(["1x1", "3x3", "2x2", "k", "(k, 3)", "(1, k)", "2*s + 1"]) }

  private mutating func step() -> String {
    switch Int.random(in: 0..<16, using: &random) {
    case 0...3:
      return "conv(\(kernel()), \(width())\(window())"
        + (random.chance(30) ? ", groups: " + random.pick(["g", "2", "in", "a"]) : "")
        + (random.chance(30) ? ", dilation: " + random.pick(["2", "s"]) : "")
        + (random.chance(30) ? ", bias: true)" : ")")
    case 4:
      return "convtranspose(\(kernel()), \(width()), stride: \(random.pick(["1", "2", "s"])), padding: "
        + "\(random.pick(["0", "1"])), outputpadding: \(random.pick(["0", "0", "s - 1"])), groups: \(random.pick(["1", "g"])))"
    case 5, 6:
      return
        "\(random.pick(["max", "avg"]))pool(\(kernel())\(window()), ceil: \(random.pick(["true", "true", "false"])))"
    case 7: return "adaptive\(random.pick(["max", "avg"]))pool(\(random.pick(["1", "s", "g", "(2, s)", "2x1"])))"
    case 8:
      return random.pick([
        "shuffle(g)", "shuffle(2)", "groupnorm(g)", "bn", "layernorm", "lrn", "scale", "scaleby(1/2)",
      ])
    case 9: return random.pick(["slice(0, a)", "slice(g, 1)", "split(g, 0)", "split(2, 1)", "split(g, g - 1)"])
    case 10: return random.pick(["pad(s)", "pad((0, 1, 0, k))", "padchannels(0, a)", "padchannels(g, 1)"])
    case 11: return random.pick(["upsample(2)", "upsample(s)", "upsample(s, mode: bilinear)", "upsample((1, s))"])
    case 12:
      return random.pick([
        "relu", "relu6", "silu", "hardswish", "softmax", "leakyrelu", "dropout(0.1)", "gelu", "identity",
      ])
    default: return "conv(3x3, \(random.pick(["in", "a", "8"])))"
    }
  }

  private mutating func chain() -> String {
    (0..<Int.random(in: 1...2, using: &random)).map { _ in step() }.joined(separator: " -> ")
  }

  private mutating func line(depth: Int) -> String {
    guard depth < 2 else { return chain() }
    switch Int.random(in: 0..<18, using: &random) {
    case 0: return "add { \(chain()) } shortcut { \(random.chance(50) ? "" : chain()) }"
    case 1: return "multiply {} gate { avgpool(global) -> conv(1x1, \(random.pick(["in", "1", "g", "a"]))) -> sigmoid }"
    case 2: return "multiply { conv(1x1, \(width())) } gate { conv(1x1, \(width())) }"
    case 3: return "add {} { adaptiveavgpool(\(random.pick(["1", "s", "g"]))) }"
    case 4: return "concat {} { conv(3x3, \(width())) }"
    case 5: return "concat { \(chain()) } times \(random.pick(["n", "g", "2"]))"
    case 6: return "concat { slice(i, 1) -> relu } times \(random.pick(["n", "a"])) as i"
    case 7: return "repeat n { \(line(depth: depth + 1)) }"
    case 8:
      return
        "repeat \(random.pick(["n - 1", "g"])) { \(line(depth: depth + 1)); conv(1x1, \(random.pick(["in", "a"]))) }"
    case 9: return "repeat n as i { conv(1x1, a + i) }"
    case 10: return "for i in 1..\(random.pick(["n", "g"])) { conv(1x1, [a, 4, in, g][i - 1]) }"
    case 11:
      let condition = random.pick([
        "k > 2", "s != 1", "in == a", "in.height > 8", "in.height == in.width", "2*a >= in", "g == 1 or n < 3",
      ])
      return "when \(condition) { \(line(depth: depth + 1)) } else { \(chain()) }"
    case 12:
      labels += 1
      let label = "x\(labels)"
      return
        "\(label): conv(3x3, a); repeat n { add { conv(3x3, a) } { from(\(label)) \(random.chance(50) ? "-> conv(3x3, a)" : "") }"
        + "\(random.chance(50) ? "; \(label): relu" : "") }"
    case 13: return "output aux\(text.count) { \(chain()) }"
    default: return chain()
    }
  }
}
