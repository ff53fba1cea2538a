import ArchAlgebra
import ArchIR

extension Op {
  /// Kernel, stride, dilation and groups as they are said: `3×3 s2 d2 g32`; of pools to a size, the size.
  var windowText: String {
    switch self {
    case .convolution(let c):
      return text(c.kernel) + modifier("s", c.stride) + modifier("d", c.dilation)
        + (c.groups == D(1) ? "" : " g\(c.groups)")
    case .pool(let p): return text(p.kernel) + modifier("s", p.stride) + modifier("d", p.dilation)
    case .adaptivePool(let p): return p.isGlobal ? "global" : "to " + text(p.output)
    case .upsample(let u): return modifier("×", u.scale).trimmingFirst
    default: return ""
    }
  }

  private func text(_ extents: [D]) -> String { extents.map(\.description).joined(separator: "×") }

  /// ` s2`, or ` s2×1` where the axes differ; nothing where it is 1.
  private func modifier(_ letter: String, _ values: [D]) -> String {
    guard let first = values.first, values.contains(where: { $0 != D(1) }) else { return "" }
    return " " + letter + (values.allSatisfy { $0 == first } ? first.description : text(values))
  }
}

extension String {
  fileprivate var trimmingFirst: String { String(drop { $0 == " " }) }
}
