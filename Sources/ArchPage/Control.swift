import ArchAlgebra
import ArchReport
import ArchSpec

/// What moves a parameter on the page, and the values that it goes through.
struct Control {
  let setting: Subject.Setting
  let kind: Kind

  enum Kind {
    /// Values from `origin` in steps; others between the parameter's bounds can be typed.
    case slider(origin: Rational, step: Rational, count: Int)
    case choice([Value])
    /// What has no few values: a list, any text.
    case fixed
  }

  init(_ setting: Subject.Setting) {
    self.setting = setting
    kind = (try? Self.kind(setting)) ?? .fixed
  }

  /// Sliders go in the declared steps, else in ones, or in twentieths of a factor, to some multiple of the value at
  /// which they begin.
  private static func kind(_ setting: Subject.Setting) throws -> Kind {
    let parameter = setting.parameter
    if case .members(let members) = parameter.range {
      return members.contains(setting.value) ? .choice(members) : .fixed
    }
    if case .boolean = setting.value { return .choice([.boolean(false), .boolean(true)]) }
    guard let start = setting.value.number?.constant,
      case .between(let low, let high, let declared) = parameter.range
    else { return .fixed }
    let isInteger = parameter.kind == .integer
    let step = try declared ?? (isInteger ? 1 : Rational(1, 20))
    let far = try start * (isInteger ? 4 : 2)
    let origin = isInteger || declared != nil ? low ?? .zero : step
    let last = try high.map { $0 < far } == true ? high! : far > origin + step ? far : origin + step * 10
    return .slider(origin: origin, step: step, count: max(0, try ((last - origin) / step).floor))
  }

  /// The numbers that closed forms have a symbol for.
  var isNumber: Bool { setting.value.number?.constant != nil }

  /// The values at which cases are looked for, those near the present one first: of long sliders some of the farther
  /// ones.
  func stops(from present: Value) -> [Value] {
    switch kind {
    case .fixed: return []
    case .choice(let values): return values.filter { $0 != present }
    case .slider(let origin, let step, let count):
      guard let start = present.number?.constant, let place = try? ((start - origin) / step).floor,
        place.magnitude < 1 << 60
      else { return [] }
      var positions: [Int] = []
      for distance in 1...24 { positions += [place + distance, place - distance] }
      for part in 0...40 { positions.append(count / 40 * part + count % 40 * part / 40) }
      var seen: Set<Int> = [place]
      return positions.compactMap { position in
        guard (0...count).contains(position), seen.insert(position).inserted else { return nil }
        return (try? origin + step * Rational(position)).map { .number(Expr($0)) }
      }
    }
  }

  func json() -> JSON {
    let parameter = setting.parameter
    var members: [(String, JSON)] = [
      ("name", .string(parameter.name)), ("symbol", .string(parameter.symbol.name)),
      ("doc", .string(parameter.documentation)), ("value", .string(Self.text(setting.value))),
    ]
    if setting.value != parameter.defaultValue {
      members.append(("default", .string(Self.text(parameter.defaultValue))))
    }
    switch kind {
    case .fixed: members.append(("kind", .string("fixed")))
    case .choice(let values):
      members.append(("kind", .string(isNumber ? "number" : "word")))
      members.append(("members", .array(values.map { .string(Self.text($0)) })))
    case .slider(let origin, let step, let count):
      members.append(("kind", .string(parameter.kind == .integer ? "integer" : "rational")))
      members.append(("slider", .array([.string(origin.description), .string(step.description), .integer(count)])))
      if case .between(let low, let high, let step) = parameter.range {
        members.append(("range", .array([low, high, step].map { $0.map { .string($0.description) } ?? .null })))
      }
    }
    return .object(members)
  }

  /// A value as the page holds it: an exact number, or as it is typed.
  static func text(_ value: Value) -> String { value.number?.constant?.description ?? Parameter.typed(value) }
}
