import ArchAlgebra
import ArchIR

// Slice, Split and Resize.

extension Importer {
  mutating func slice(_ node: SourceNode) throws {
    let input = try shape(node, 0)
    guard let starts = try elements(node, 1) ?? node.integers("starts")?.map({ Expr($0) }),
      let ends = try elements(node, 2) ?? node.integers("ends")?.map({ Expr($0) }), starts.count == ends.count
    else { throw NotCounted("where it begins and ends is not told") }
    let axes = try integers(node, 3) ?? node.integers("axes") ?? Array(starts.indices)
    let steps = try integers(node, 4) ?? starts.map { _ in 1 }
    guard axes.count == starts.count, steps.count == starts.count else {
      throw NotCounted("its lists have different lengths")
    }
    var current = try operand(node, 0)
    for (place, named) in axes.enumerated() {
      let axis = try axis(named, rank: input.rank)
      guard input.rank > 0 else { throw NotCounted("it slices a number") }
      let extent = graph.nodes[current].output.extents[axis]
      let (start, count) = try bounds(starts[place], ends[place], step: steps[place], extent: extent)
      if start.isZero, count == extent, steps[place] == 1 { continue }
      let op: Op<Expr> =
        axis == 1 && steps[place] == 1
        ? .slice(Slice(start: start, count: count))
        : .tensor(.section(Section(axis: axis, start: start, count: count, step: steps[place])))
      current = try emit(op, [current], for: node)
    }
    try define(node, .node(current))
  }

  /// The first element and the number of elements; exact where the extent is a number or the bounds are its ends.
  private func bounds(_ start: Expr, _ end: Expr, step: Int, extent: Expr) throws -> (Expr, Expr) {
    guard step != 0, step != Int.min else { throw NotCounted("its step is \(step)") }
    if let first = start.integerConstant, let last = end.integerConstant, let size = extent.integerConstant, size >= 0 {
      let range = SliceRange(start: first, end: last, step: step, extent: size)
      return (Expr(range.count > 0 ? range.start : 0), Expr(range.count))
    }
    func resolved(_ bound: Expr) throws -> Expr {
      guard let number = bound.integerConstant else {
        // An end that lies beyond the extent is the extent.
        return try bound.ordered(against: extent, assuming: known).map { $0 > 0 } == true ? extent : bound
      }
      if number > 1 << 30 { return extent }
      if number < -(1 << 30) { return step > 0 ? Expr(0) : Expr(-1) }
      return number < 0 ? try extent + Expr(number) : Expr(number)
    }
    let first = step < 0 && (start.integerConstant ?? 0) > 1 << 30 ? try extent - Expr(1) : try resolved(start)
    let last = step < 0 && (end.integerConstant ?? 0) < -(1 << 30) ? Expr(-1) : try resolved(end)
    let span = try step > 0 ? last - first : first - last
    let count = try (span + Expr(abs(step) - 1)).floorDivided(by: Expr(abs(step))).simplified(assuming: known)
    return (first, count)
  }

  mutating func split(_ node: SourceNode) throws {
    let input = try shape(node, 0)
    let axis = try axis(node.integer("axis") ?? 0, rank: input.rank)
    guard input.rank > 0 else { throw NotCounted("it splits a number") }
    let count = node.outputs.count
    guard count > 0 else { throw NotCounted("it has no outputs") }
    let extent = input.extents[axis]
    let parts: [Expr]
    if let given = try elements(node, 1) ?? node.integers("split")?.map({ Expr($0) }) {
      guard given.count == count else { throw NotCounted("it has \(given.count) parts and \(count) outputs") }
      let sum = try Expr.sum(given)
      if let order = try sum.ordered(against: extent, assuming: known), order != 0 {
        throw NotCounted("its parts have \(sum) and its input \(extent)")
      }
      parts = given
    } else if let number = extent.integerConstant {
      parts = SplitParts.equal(number, into: count).map { Expr($0) }
    } else {
      parts = Array(repeating: try extent.exactlyDivided(by: Expr(count)), count: count)
    }
    let source = try operand(node, 0)
    var start = Expr(0)
    for (index, part) in parts.enumerated() {
      let op: Op<Expr> =
        axis == 1
        ? .slice(Slice(start: start, count: part)) : .tensor(.section(Section(axis: axis, start: start, count: part)))
      try conclude(op, [source], for: node, output: index)
      start = try start + part
    }
  }

  // MARK: Resize

  mutating func resize(_ node: SourceNode) throws {
    let input = try shape(node, 0)
    let mode: ResizeMode =
      switch node.text("mode") ?? "nearest" {
      case "linear", "bilinear": .linear
      case "cubic": .cubic
      default: .nearest
      }
    let axes = try node.integers("axes")?.map { try axis($0, rank: input.rank) } ?? Array(0..<input.rank)
    let (scales, sizes) = try resizeTarget(node, isOld: node.op == "Upsample" || file.opset < 11)
    guard let given = sizes ?? scales, given.count == axes.count else { throw NotCounted("its size is not told") }
    var output = input
    // A factor that makes no integer of an extent is lost.
    var isCut = false
    for (place, axis) in axes.enumerated() {
      let extent = sizes != nil ? given[place] : try input.extents[axis] * given[place]
      isCut = isCut || extent.constant?.isInteger == false
      output.extents[axis] = try extent.floor().simplified(assuming: known)
    }
    if output == input, !isCut { return try define(node, try self.input(node, 0)) }
    let source = try operand(node, 0)
    if let factors = try wholeFactors(input, output), mode != .cubic {
      try conclude(
        .upsample(Upsample(scale: factors, mode: mode == .nearest ? .nearest : .bilinear)), [source], for: node)
    } else {
      try conclude(.tensor(.resize(Resize(output: output, mode: mode))), [source], for: node)
    }
    if isCut, !isEvaluating {
      details[graph.nodes.count - 1, default: .init()].loss =
        "\(node.op) is scaled by something else than its extents tell"
    }
  }

  /// The factors that an image grows by, or the extents that it grows to.
  private func resizeTarget(_ node: SourceNode, isOld: Bool) throws -> (scales: [Expr]?, sizes: [Expr]?) {
    if let scales = try node.floats("scales") {
      return (
        try scales.map { scale in
          guard let exact = Rational(exactly: Double(scale)) else { throw NotCounted("its scale is \(scale)") }
          return Expr(exact)
        }, nil
      )
    }
    if isOld { return (try elements(node, 1), nil) }
    if node.hasInput(3) { return (nil, try elements(node, 3)) }
    let scales = try elements(node, 2)
    return (scales?.isEmpty == true ? nil : scales, nil)
  }

  /// Whole factors of the extents of an image, if that is what they grow by.
  private func wholeFactors(_ input: Shape<Expr>, _ output: Shape<Expr>) throws -> [Expr]? {
    guard input.rank > 2, input.extents.prefix(2) == output.extents.prefix(2) else { return nil }
    var factors: [Expr] = []
    for (before, after) in zip(input.spatial, output.spatial) {
      guard !before.isZero, let factor = try after.exactlyDivided(by: before).integerConstant, factor > 0 else {
        return nil
      }
      factors.append(Expr(factor))
    }
    return factors
  }
}
