import ArchCost
import ArchReport
import ArchSpec

/// `archcalc reconcile NETWORK --says 4.134G`: what somebody counted who got this number.
struct ReconcileCommand: Command {
  static let name = "reconcile"
  static let usage = "reconcile NETWORK --says NUMBER [--limit N] [--json | --markdown] [-o FILE] [options]"
  static let summary = "explain a number seen elsewhere, as 4.134G: convention, variant, input, unit, rounding"

  static let options: [OptionDescription] = [
    .init(name: "says", value: "NUMBER", summary: "the number as it is printed, as 4.134G or '15.5 GFLOPs'"),
    .init(name: "limit", value: "N", summary: "how many explanations, 5 if nothing is said"),
  ]

  static let networkOptions = GeneralOption.ofNetworks + ["json", "markdown", "output", "color"]

  func run(_ arguments: [String]) throws {
    var rest: [String] = []
    var says: String?
    var limit = 5
    var pending = arguments[...]
    while let argument = pending.popFirst() {
      let name = argument.prefix { $0 != "=" }
      guard name == "--says" || name == "--limit" else {
        rest.append(argument)
        continue
      }
      guard let value = argument.contains("=") ? String(argument.dropFirst(name.count + 1)) : pending.popFirst() else {
        throw UsageError("\(name) needs a value")
      }
      if name == "--says" {
        says = value
      } else {
        guard let number = Int(value), (1...1000).contains(number) else {
          throw UsageError("--limit must be from 1 to 1000, not '\(value)'")
        }
        limit = number
      }
    }
    guard let says else { throw UsageError("which number?", help: "archcalc \(Self.usage)") }
    guard let stated = StatedNumber(says) else {
      throw UsageError(
        "--says must be a number as it is printed, not '\(says)'",
        help: "as 4.134G, 25.6M, 25557032, '15.5 GFLOPs', 4.1e9, '97.8 MB', '3.5M params'")
    }
    let request = try AnalyzeRequest(rest, for: OptionUser(Self.self))
    let search = try ReconcileVariants(request, stated)
    let result = try Reconciliation(
      stated, network: request.network.name, variants: search.variants, limit: limit, analyse: search.analysis,
      further: search.resized)
    let text = request.format == .json ? result.json(version: version).text() : request.render(result.document())
    if let path = request.output { try Files.write(text, to: path) } else { try Console().print(text) }
  }
}
