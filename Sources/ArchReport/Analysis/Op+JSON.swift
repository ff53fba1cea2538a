import ArchAlgebra
import ArchIR
import ArchSpec

extension Op<Int> {
  /// What an operator of this kind has besides its shapes, by the names of the schema `archcalc.analysis/1`.
  var attributes: [(String, JSON)] {
    switch self {
    case .convolution(let c):
      return [
        ("kernel", .integers(c.kernel)), ("stride", .integers(c.stride)), ("padding", .integers(c.padding.sides)),
        ("dilation", .integers(c.dilation)), ("groups", .integer(c.groups)), ("bias", .boolean(c.hasBias)),
      ] + (c.isTransposed ? [("output_padding", .integers(c.outputPadding))] : [])
    case .pool(let p):
      return [
        ("kernel", .integers(p.kernel)), ("stride", .integers(p.stride)), ("padding", .integers(p.padding.sides)),
        ("dilation", .integers(p.dilation)), ("ceil", .boolean(p.roundsUp)),
      ] + (p.kind == .average ? [("count_padding", .boolean(p.countsPadding))] : [])
    case .adaptivePool(let pool): return [("output_size", .integers(pool.output))]
    case .linear(let linear): return [("bias", .boolean(linear.hasBias))]
    case .normalization(let n):
      return [("scale", .boolean(n.hasScale)), ("shift", .boolean(n.hasShift))]
        + (n.kind == .group ? [("groups", .integer(n.groups))] : [])
    case .activation(.leakyRelu(let slope)): return [("slope", .number(slope))]
    case .padding(let padding): return [("padding", .integers(padding.sides))]
    case .channelPadding(let padding):
      return [("before", .integer(padding.before)), ("after", .integer(padding.after))]
    case .constantScale(let factor): return [("factor", .number(factor))]
    case .permutation(.shuffle(let groups)): return [("groups", .integer(groups))]
    case .permutation(.explicit(let order)): return [("order", .integers(order))]
    case .slice(let slice): return [("start", .integer(slice.start)), ("count_channels", .integer(slice.count))]
    case .dropout(let rate): return [("rate", .number(rate))]
    case .localResponseNormalization(let lrn): return [("size", .integer(lrn.size))]
    case .upsample(let upsample):
      return [("factors", .integers(upsample.scale)), ("mode", .string(upsample.mode.rawValue))]
    default: return []
    }
  }
}

extension JSON {
  static func integers(_ values: [Int]) -> JSON { .array(values.map { .integer($0) }) }

  /// Rationals that have no finite decimals are texts: `"1/3"`, so that they stay exact; the others are numbers.
  static func number(_ number: Rational) -> JSON {
    if let integer = number.integer { return .integer(integer) }
    let text = number.decimalDescription
    guard !text.contains("/"), let digits = text.split(separator: ".").last?.count else { return .string(text) }
    return .decimal(number.doubleValue, digits: digits)
  }

  static func value(_ value: Value) -> JSON {
    switch value {
    case .number(let expr): expr.constant.map { .number($0) } ?? .string(expr.description(style: .ascii))
    case .boolean(let value): .boolean(value)
    case .text(let text): .string(text)
    case .list(let elements): .array(elements.map { .value($0) })
    case .block, .label: .string(value.description)
    }
  }
}
