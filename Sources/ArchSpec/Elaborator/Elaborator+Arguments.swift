import ArchAlgebra
import ArchIR

// Kinds of argument: flags, rates, sizes and padding.

extension Elaborator {
  mutating func flag(_ expression: ExprSyntax?, standard: Bool) throws -> Bool {
    try expression.map { try boolean($0) } ?? standard
  }

  mutating func rate(_ expression: ExprSyntax, upTo limit: Rational? = nil) throws -> Rational {
    let number = try number(expression)
    guard let rate = try exact(expression.place, { try settle(number) }) else {
      throw Diagnostic("this must be a number that is known", at: expression.place)
    }
    if let limit, rate < .zero || rate > limit {
      throw Diagnostic("a rate is from 0 to 1", at: expression.place, cause: "this is \(rate.decimalDescription)")
    }
    return rate
  }

  /// One number for both extents, or height by width.
  mutating func pair(_ expression: ExprSyntax, _ what: String) throws -> [D] {
    switch try evaluate(expression) {
    case .number(let value):
      let extent = try dimension(value, what, at: expression.place)
      return [extent, extent]
    case .list(let elements) where elements.count == 2:
      return try elements.map { element in
        guard let value = element.number else { throw Diagnostic("expected a size", at: expression.place) }
        return try dimension(value, what, at: expression.place)
      }
    case let other:
      throw Diagnostic(
        "\(what) is one number or height by width", at: expression.place, cause: "this is \(other.kindName)")
    }
  }

  /// Padding that keeps the size at stride 1: ⌊k/2⌋ for the odd kernels that have a centre, none for even ones.
  mutating func half(_ kernel: [D], _ dilation: [D], at place: Place) throws -> Padding<D> {
    let sides = try zip(kernel, dilation).map { size, dilation in
      if try exact(place, { try isEven(size) }) { return D(0) }
      // The kernel is odd, so that the division is exact: also as a formula, which then cancels in the extent.
      return try exact(place) { try dilation * (size - D(1)).exactlyDivided(by: D(2)) }
    }
    return Padding(before: sides, after: sides)
  }

  /// Whether a kernel has no centre; of one that has, its size plus one is a condition's multiple of two.
  private mutating func isEven(_ size: D) throws -> Bool {
    let size = size.expr
    if let number = size.constant?.integer { return number.isMultiple(of: 2) }
    if try divides(Expr(2), size) { return true }
    _ = try divides(Expr(2), size + Expr(1))
    return false
  }

  mutating func padding(
    _ expression: ExprSyntax, kernel: [D], stride: [D], dilation: [D], input: Shape<D>, isTransposed: Bool = false
  ) throws -> Padding<D> {
    let place = expression.place
    try requireKnown(expression, orOneOf: kernel.isEmpty ? ["same", "valid"] : Self.paddings)
    let value = try evaluate(expression)
    switch value {
    case .text("half") where !kernel.isEmpty: return try half(kernel, dilation, at: place)
    case .text("valid"): return .none
    case .text("same"):
      guard !kernel.isEmpty, input.rank == kernel.count + 2 else {
        throw Diagnostic("'same' needs a kernel and an image", at: place)
      }
      if isTransposed { return try exact(place) { try sameTransposed(kernel, stride, dilation, at: place) } }
      return try exact(place) { try same(kernel, stride, dilation, input) }
    case .number(let value):
      let side = try dimension(value, "the padding", at: place)
      return Padding(before: [side, side], after: [side, side])
    case .list(let elements) where elements.count == 2 || elements.count == 4:
      let sides = try elements.map { element in
        guard let value = element.number else { throw Diagnostic("expected numbers", at: place) }
        return try dimension(value, "the padding", at: place)
      }
      return Padding(before: Array(sides.prefix(2)), after: Array(sides.suffix(2)))
    default:
      throw Diagnostic(
        kernel.isEmpty
          ? "this padding is a number, (rows, columns) or (top, left, bottom, right)"
          : "padding is half, same, valid, a number, (rows, columns) or (top, left, bottom, right)", at: place,
        cause: "this is \(value.kindName)")
    }
  }

  /// The rule below turned round: s·H outputs of a transposed convolution.
  private mutating func sameTransposed(
    _ kernel: [D], _ stride: [D], _ dilation: [D], at place: Place
  ) throws -> Padding<D> {
    var padding = Padding<D>(before: [], after: [])
    for axis in kernel.indices {
      let total = try dilation[axis] * (kernel[axis] - D(1)) + D(1) - stride[axis]
      guard try decide(total.expr, .atLeast, .zero) else {
        throw Diagnostic(
          "'same' needs a kernel that is no smaller than the stride", at: place,
          cause: "the outputs between its copies would be nobody's",
          help: "padding: valid, and outputpadding for what is missing")
      }
      let before = try total.floorDivided(by: D(2)).simplified(assuming: assumptions)
      padding.before.append(before)
      padding.after.append(try total - before)
    }
    return padding
  }

  /// TensorFlow's rule: ⌈H/s⌉ outputs, the odd row or column of padding at the end.
  private func same(_ kernel: [D], _ stride: [D], _ dilation: [D], _ input: Shape<D>) throws -> Padding<D> {
    var padding = Padding<D>(before: [], after: [])
    for axis in kernel.indices {
      let extent = input.extents[axis + 2]
      let outputs = try (extent - D(1)).floorDivided(by: stride[axis]) + D(1)
      let reach = try dilation[axis] * (kernel[axis] - D(1)) + D(1)
      let needed = try (outputs - D(1)) * stride[axis] + reach - extent
      let total = try D.maximum(try needed.simplified(assuming: assumptions), D(0)).simplified(assuming: assumptions)
      let before = try total.floorDivided(by: D(2)).simplified(assuming: assumptions)
      padding.before.append(before)
      padding.after.append(try total - before)
    }
    return padding
  }
}

extension Padding {
  static var none: Padding { Padding(before: [D(0), D(0)], after: [D(0), D(0)]) }
}
