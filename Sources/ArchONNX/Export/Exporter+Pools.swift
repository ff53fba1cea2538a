import ArchAlgebra
import ArchIR

extension Exporter {
  /// A pool that rounds up is written with the padding that its last window needs: runtimes disagree about `ceil_mode`.
  mutating func export(_ p: Pool<Int>) {
    var after = p.padding.after
    var roundsUp = p.roundsUp
    if p.roundsUp, p.kind == .max || !p.countsPadding {
      roundsUp = false
      for axis in p.kernel.indices {
        let reach = p.dilation[axis] * (p.kernel[axis] - 1) + 1
        let needed = (node.output.extents[axis + 2] - 1) * p.stride[axis] + reach
        after[axis] = max(after[axis], needed - input.extents[axis + 2] - p.padding.before[axis])
      }
    }
    let lists = [("kernel_shape", p.kernel), ("strides", p.stride), ("pads", p.padding.before + after)]
    let ceil = roundsUp ? [("ceil_mode", 1)] : []
    switch p.kind {
    case .max: add("MaxPool", inputs, integers: ceil, lists: lists + [("dilations", p.dilation)])
    case .average:
      add("AveragePool", inputs, integers: ceil + [("count_include_pad", p.countsPadding ? 1 : 0)], lists: lists)
    }
  }

  mutating func export(_ p: AdaptivePool<Int>) {
    if p.output.allSatisfy({ $0 == 1 }) { return add(p.kind == .max ? "GlobalMaxPool" : "GlobalAveragePool", inputs) }
    let spatial = Array(input.spatial)
    if zip(spatial, p.output).allSatisfy({ $0 % $1 == 0 }) {
      let window = zip(spatial, p.output).map { $0 / $1 }
      return add(
        p.kind == .max ? "MaxPool" : "AveragePool", inputs, lists: [("kernel_shape", window), ("strides", window)])
    }
    // Windows of different sizes: axis after axis, each window reduced by itself.
    var source = inputs[0]
    for axis in p.output.indices {
      source = reduceWindows(
        source, axis: axis, extent: spatial[axis], count: p.output[axis], p.kind, isLast: axis == p.output.count - 1)
    }
  }

  /// Window i of n goes from ⌊i·H/n⌋ to ⌈(i + 1)·H/n⌉: PyTorch's rule.
  private mutating func reduceWindows(
    _ source: String, axis: Int, extent: Int, count: Int, _ kind: PoolKind, isLast: Bool
  ) -> String {
    let axes = constant("axis\(axis)", integers: [axis + 2])
    var parts: [String] = []
    for index in 0..<count {
      let bounds = [index * extent / count, ((index + 1) * extent + count - 1) / count]
      let name = "window\(axis).\(index)"
      let starts = constant(name + ".start", integers: [bounds[0]])
      let ends = constant(name + ".end", integers: [bounds[1]])
      add("Slice", [source, starts, ends, axes], to: step(name))
      add(
        kind == .max ? "ReduceMax" : "ReduceMean", [step(name)], to: step(name + ".value"), integers: [("keepdims", 1)],
        lists: [("axes", [axis + 2])])
      parts.append(step(name + ".value"))
    }
    let result = isLast ? node.name : step("axis\(axis).joined")
    add("Concat", parts, to: result, integers: [("axis", axis + 2)])
    return result
  }
}
