import ArchAlgebra

@testable import ArchSpec
import TestSupport

/// Makes syntax trees that use every case of the syntax; all of them can be written down.
struct RandomSyntax {
  private var random: SeededGenerator
  private var depth = 0
  private var nextName = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let words = [
    "x", "width", "C", "α", "stage", "within", "times", "as", "title", "solving", "k", "_", "n2",
  ]
  private static let numbers = ["0", "3", "32", "0.75", "25.0M", "1%", "4.2G", "70k", "1T", "12.5K"]

  private mutating func name() -> Name {
    guard random.chance(70) else { return Name("v\(random.count(0...99))") }
    return Name(random.pick(Self.words))
  }

  /// A name that is no keyword of clauses and so may stand anywhere.
  private mutating func plainName() -> Name { Name(random.pick(["x", "width", "C", "α", "stage", "n2"])) }

  private mutating func several<T>(_ range: ClosedRange<Int>, _ make: (inout Self) -> T) -> [T] {
    (0..<random.count(range)).map { _ in make(&self) }
  }

  private mutating func maybe<T>(_ percent: Int = 50, _ make: (inout Self) -> T) -> T? {
    random.chance(percent) ? make(&self) : nil
  }

  // MARK: Trivia

  private mutating func comment() -> String { random.pick(["// why", "//", "// foo {", "//// x", "// -> \"", "//!"]) }

  private mutating func comments() -> [String] {
    guard random.chance(15) else { return [] }
    return random.chance(30) ? [comment(), "", comment()] : several(1...2) { $0.comment() }
  }

  private mutating func trivia(isFirst: Bool) -> Trivia {
    var trivia = Trivia()
    trivia.blankLineBefore = !isFirst && random.chance(20)
    trivia.leading = comments()
    if !trivia.leading.isEmpty, random.chance(20) { trivia.leading.append("") }
    trivia.trailing = maybe(10) { $0.comment() }
    return trivia
  }

  private mutating func dangling(isFirst: Bool) -> [String] {
    let comments = comments()
    return !isFirst && !comments.isEmpty && random.chance(30) ? [""] + comments : comments
  }

  // MARK: Items

  mutating func file() -> SpecSyntax {
    var items: [ItemSyntax] = []
    for index in 0..<random.count(1...6) { items.append(item(inNetwork: false, isFirst: index == 0)) }
    var file = SpecSyntax(items: items)
    file.trailing = dangling(isFirst: false)
    return file
  }

  private mutating func item(inNetwork: Bool, isFirst: Bool) -> ItemSyntax {
    var item = ItemSyntax(itemKind(inNetwork: inNetwork))
    item.documentation = maybe(20) { $0.several(1...2) { $0.random.pick(["Figure 3 (c).", "", "a  b"]) } } ?? []
    item.trivia = trivia(isFirst: isFirst)
    if case .parameter(var parameter) = item.kind, item.trivia.trailing == nil {
      parameter.documentation = maybe { $0.random.pick(["groups", "", " indented"]) }
      item.kind = .parameter(parameter)
    }
    return item
  }

  private mutating func itemKind(inNetwork: Bool) -> ItemSyntax.Kind {
    switch random.count(inNetwork ? 2...7 : 0...7) {
    case 0:
      let arguments = several(0...3) {
        BlockSyntax.Argument(name: $0.name(), value: $0.maybe { $0.expression() })
      }
      return .block(BlockSyntax(name: name(), arguments: arguments, body: body()))
    case 1: return .network(network())
    case 2:
      return .parameter(
        ParameterSyntax(name: name(), symbol: maybe { $0.name() }, value: expression(), range: maybe { $0.set() }))
    case 3: return .constant(constant())
    case 4: return .assumption(AssumptionSyntax(divisor: expression(), dividend: expression()))
    case 5: return .metadata(metadata())
    case 6: return .claim(claim())
    default: return .sweep(sweep())
    }
  }

  private mutating func constant() -> ConstantSyntax { ConstantSyntax(name: name(), value: expression()) }

  private mutating func metadata() -> MetadataSyntax {
    let values: [ExprSyntax] = several(1...3) {
      switch $0.random.count(0...2) {
      case 0: .text("a title", at: .none)
      case 1: $0.number()
      default: .name($0.plainName())
      }
    }
    return MetadataSyntax(key: Name(random.pick(Metadata.keys)), values: values)
  }

  private mutating func network() -> NetworkSyntax {
    var network = NetworkSyntax(name: name(), family: maybe(40) { $0.call(mayBeEmpty: true) }, members: [])
    for index in 0..<random.count(0...5) {
      network.members.append(
        random.chance(30)
          ? .item(item(inNetwork: true, isFirst: index == 0)) : .line(line(isFirst: index == 0, inNetwork: true)))
    }
    network.trailing = dangling(isFirst: network.members.isEmpty)
    return network
  }

  private mutating func claim() -> ClaimSyntax {
    let comparisons = maybe(90) { $0.several(1...3) { $0.comparison() } } ?? []
    return ClaimSyntax(
      label: maybe { $0.name() }, comparisons: comparisons,
      clauses: several(comparisons.isEmpty ? 1...3 : 0...3) { random in
        let keyword = random.random.pick(Parser.claimClauses)
        let value: ClaimSyntax.Clause.Value =
          switch keyword {
          case "over":
            .domains(random.several(1...2) { .init(variables: $0.several(1...2) { $0.plainName() }, values: $0.set()) })
          case "amended", "showing": .comparisons(random.several(1...2) { $0.comparison() })
          default: .expression(random.expression())
          }
        return .init(keyword: Name(keyword), value: value)
      })
  }

  private mutating func comparison() -> ClaimSyntax.Comparison {
    .init(expression(), random.pick(Relation.allCases), expression())
  }

  private mutating func sweep() -> SweepSyntax {
    SweepSyntax(
      label: maybe { $0.plainName() }, variables: several(1...3) { $0.plainName() }, values: maybe { $0.set() },
      solving: maybe { $0.plainName() }, keeping: maybe { $0.expression() },
      objective: maybe { .init(name: $0.plainName(), value: $0.expression()) },
      reference: maybe { .init(network: $0.plainName(), solving: $0.plainName()) },
      citation: maybe { $0.expression() })
  }

  private mutating func set() -> SetSyntax {
    if random.chance(40) { return .members(several(0...4) { $0.expression() }, at: .none) }
    return .range(
      from: maybe(70) { $0.expression() }, to: maybe { $0.expression() }, step: maybe(30) { $0.expression() }, at: .none
    )
  }

  // MARK: Bodies

  private mutating func body() -> BodySyntax {
    depth += 1
    defer { depth -= 1 }
    var body = BodySyntax([])
    for index in 0..<random.count(0...(depth > 3 ? 1 : 3)) { body.lines.append(line(isFirst: index == 0)) }
    body.trailing = dangling(isFirst: body.lines.isEmpty)
    body.isInline = random.chance(50)
    return body
  }

  private mutating func line(isFirst: Bool, inNetwork: Bool = false) -> LineSyntax {
    var steps = several(1...(random.chance(5) ? 12 : 3)) { $0.step() }
    var label = maybe(30) { $0.name() }
    if inNetwork, label == nil, !steps[0].canBeginLineOfNetwork { label = Name("first") }
    if steps.isEmpty { steps = [step()] }
    var line = LineSyntax(label: label, steps)
    line.trivia = trivia(isFirst: isFirst)
    return line
  }

  private mutating func step() -> StepSyntax {
    guard depth < 5 else { return .call(call(mayBeEmpty: true)) }
    switch random.count(0...9) {
    case 0: return .merge(merge())
    case 1:
      let cases = several(1...3) { WhenSyntax(condition: $0.expression(), body: $0.body()) }
      return .when(cases, otherwise: maybe { $0.body() }, at: .none)
    case 2:
      return .repetition(
        RepeatSyntax(count: expression(), index: maybe { $0.name() }, body: body(), place: .none))
    case 3:
      return .loop(
        LoopSyntax(variables: several(1...3) { $0.name() }, values: element(), body: body(), place: .none))
    case 4: return .output(name(), body())
    case 5: return .constant(constant())
    default: return .call(call(mayBeEmpty: true))
    }
  }

  private mutating func merge() -> MergeSyntax {
    var branches: [MergeSyntax.Branch] = []
    for _ in 0..<random.count(1...3) {
      var branch = MergeSyntax.Branch(label: maybe { $0.plainName() }, body: body())
      if random.chance(30) {
        branch.times = expression()
        branch.index = maybe { $0.name() }
      }
      branches.append(branch)
    }
    return MergeSyntax(kind: random.pick(MergeSyntax.Kind.allCases), branches: branches, place: .none)
  }

  private mutating func call(mayBeEmpty: Bool) -> CallSyntax {
    CallSyntax(
      random.chance(50) ? Name("conv") : plainName(),
      several((mayBeEmpty ? 0 : 1)...3) { ArgumentSyntax(label: $0.maybe(40) { $0.name() }, $0.element()) })
  }

  // MARK: Expressions

  private mutating func number() -> ExprSyntax {
    let text = random.pick(Self.numbers)
    guard case .number(let number, _) = try! parsedExpression(text) else { fatalError("\(text) is no number") }
    return .number(number, at: .none)
  }

  /// An expression or a range.
  private mutating func element() -> ExprSyntax {
    random.chance(10) ? .range(expression(), expression(), at: .none) : expression()
  }

  private mutating func expression() -> ExprSyntax {
    depth += 1
    defer { depth -= 1 }
    switch random.count(depth > 5 ? 0...4 : 0...14) {
    case 0, 1: return number()
    case 2: return .name(random.chance(10) ? Name(random.pick(["true", "false"])) : plainName())
    case 3: return random.chance(50) ? .input(at: .none) : .text("Table 1", at: .none)
    case 4: return .size(random.count(1...11), random.count(1...11), at: .none)
    case 5: return .list(several(0...4) { $0.element() }, at: .none)
    case 6: return .tuple(several(2...3) { $0.element() }, at: .none)
    case 7: return .call(call(mayBeEmpty: true))
    case 8: return .unary(random.chance(60) ? .minus : .not, expression(), at: .none)
    case 9: return .index(expression(), expression(), at: .none)
    case 10: return .member(expression(), name())
    case 11: return .conditional(expression(), then: expression(), else: expression(), at: .none)
    case 12: return random.chance(30) ? element() : .binary(.power, expression(), expression(), at: .none)
    default: return .binary(random.pick(BinaryOperator.allCases), expression(), expression(), at: .none)
    }
  }
}

/// The value of `let x = …`.
func parsedExpression(_ text: String) throws -> ExprSyntax {
  let file = try parse(Source(name: "expression", text: "let x = " + text))
  guard case .constant(let constant) = file.items[0].kind else { fatalError("no constant") }
  return constant.value
}

extension StepSyntax {
  /// Whether the line that it begins is not read as a declaration of the network.
  fileprivate var canBeginLineOfNetwork: Bool {
    switch self {
    case .constant: false
    case .call(let call): !Metadata.keys.contains(call.name.text)
    default: true
    }
  }
}
