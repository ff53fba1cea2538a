import ArchAlgebra
import ArchIR

/// The attributes that convolutions and pools share, and the padding that they stand for.
struct WindowAttributes {
  var kernel: [Expr]
  var stride: [Expr]
  var dilation: [Expr]
  private var pads: [Int]?
  private var mode: String

  /// - Parameter kernel: the extents of the weight; `nil` where only the attribute tells them.
  init(_ node: SourceNode, kernel given: [Expr]?) throws {
    let told = try node.integers("kernel_shape")?.map { Expr($0) }
    guard let kernel = given ?? told else { throw NotCounted("it has no kernel") }
    if let told, !told.isEmpty, told != kernel {
      func text(_ extents: [Expr]) -> String { extents.map(\.description).joined(separator: "×") }
      throw NotCounted("it says that its kernel is \(text(told)), and its weight's is \(text(kernel))")
    }
    self.kernel = kernel
    let count = kernel.count
    func list(_ name: String) throws -> [Expr] {
      guard let values = try node.integers(name), !values.isEmpty else { return kernel.map { _ in Expr(1) } }
      guard values.count == count else { throw NotCounted("it has \(values.count) \(name) for \(count) extents") }
      return values.map { Expr($0) }
    }
    stride = try list("strides")
    dilation = try list("dilations")
    pads = try node.integers("pads")
    if let pads, !pads.isEmpty, pads.count != 2 * count {
      throw NotCounted("it has \(pads.count) pads for \(count) extents")
    }
    if pads?.isEmpty == true { pads = nil }
    mode = node.text("auto_pad") ?? "NOTSET"
  }

  private var none: Padding<Expr> { Padding(before: kernel.map { _ in Expr(0) }, after: kernel.map { _ in Expr(0) }) }

  private func given() -> Padding<Expr> {
    guard let pads else { return none }
    return Padding(
      before: pads.prefix(kernel.count).map { Expr($0) }, after: pads.suffix(kernel.count).map { Expr($0) })
  }

  /// The padding of a window that slides over an input.
  func padding(for input: Shape<Expr>) throws -> Padding<Expr> {
    guard input.rank == kernel.count + 2 else {
      throw NotCounted("its kernel has \(kernel.count) extents and its input rank \(input.rank)")
    }
    switch mode {
    case "SAME_UPPER", "SAME_LOWER":
      let total = try kernel.indices.map { axis in
        // As many outputs as ⌈H / s⌉ need: (⌈H/s⌉ − 1)·s + reach − H, if that is more than nothing.
        let extent = input.extents[axis + 2]
        let reach = try dilation[axis] * (kernel[axis] - Expr(1)) + Expr(1)
        let count = try (extent + stride[axis] - Expr(1)).floorDivided(by: stride[axis])
        return try Expr.maximum(Expr(0), (count - Expr(1)) * stride[axis] + reach - extent)
      }
      return try halves(total)
    case "VALID": return none
    default: return given()
    }
  }

  /// The padding that a transposed convolution takes off its output.
  func transposedPadding(for input: Shape<Expr>, added: [Expr], _ node: SourceNode) throws -> Padding<Expr> {
    guard input.rank == kernel.count + 2 else { throw NotCounted("its kernel does not fit its input") }
    func total(_ wanted: [Expr]) throws -> [Expr] {
      try kernel.indices.map { axis in
        let reach = try dilation[axis] * (kernel[axis] - Expr(1)) + Expr(1)
        return try (input.extents[axis + 2] - Expr(1)) * stride[axis] + reach + added[axis] - wanted[axis]
      }
    }
    if let wanted = try node.integers("output_shape"), !wanted.isEmpty {
      guard wanted.count >= kernel.count else { throw NotCounted("its output shape is not for its kernel") }
      return try halves(try total(wanted.suffix(kernel.count).map { Expr($0) }))
    }
    switch mode {
    case "SAME_UPPER", "SAME_LOWER":
      return try halves(
        try total(try kernel.indices.map { try input.extents[$0 + 2] * stride[$0] }).map { try Expr.maximum(0, $0) })
    case "VALID": return none
    default: return given()
    }
  }

  /// SAME_UPPER puts the odd one at the end, SAME_LOWER and an output shape alone put it at the beginning.
  private func halves(_ total: [Expr]) throws -> Padding<Expr> {
    let small = try total.map { try $0.floorDivided(by: 2) }
    let great = try zip(total, small).map { try $0 - $1 }
    return mode == "SAME_UPPER" ? Padding(before: small, after: great) : Padding(before: great, after: small)
  }
}
