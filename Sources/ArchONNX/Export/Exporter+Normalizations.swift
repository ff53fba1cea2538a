import ArchAlgebra
import ArchIR

extension Exporter {
  /// Added to a variance before its square root is taken, as the runtime has it.
  private var epsilon: Float { 1e-5 }

  mutating func export(_ n: Normalization<Int>) throws {
    let channels = input.channels
    switch n.kind {
    case .batch:
      let scale = n.hasScale ? tensor(.scale, [channels]) : filled("scale", with: 1, count: channels)
      let shift = n.hasShift ? tensor(.shift, [channels]) : filled("shift", with: 0, count: channels)
      add(
        "BatchNormalization", inputs + [scale, shift, tensor(.mean, [channels]), tensor(.variance, [channels])],
        floats: [("epsilon", epsilon)])
    case .layer:
      // Over the channels of each pixel: they come last for that.
      let last = [0] + Array(2..<input.rank) + [1]
      let back = [0, input.rank - 1] + Array(1..<(input.rank - 1))
      let isVector = input.rank == 2
      if !isVector { add("Transpose", inputs, to: step("channelslast"), lists: [("perm", last)]) }
      let scale = n.hasScale ? tensor(.scale, [channels]) : filled("scale", with: 1, count: channels)
      let operands =
        [isVector ? inputs[0] : step("channelslast"), scale] + (n.hasShift ? [tensor(.shift, [channels])] : [])
      add(
        "LayerNormalization", operands, to: isVector ? nil : step("normalized"), integers: [("axis", -1)],
        floats: [("epsilon", epsilon)])
      if !isVector { add("Transpose", [step("normalized")], lists: [("perm", back)]) }
    case .group:
      // Groups stand as channels of one row each; GroupNormalization itself comes with opset 18.
      let ones = filled("ones", with: 1, count: n.groups)
      let zeros = filled("zeros", with: 0, count: n.groups)
      let rows = constant("rows", integers: [input.batch, n.groups, -1])
      let shape = constant("shape", integers: input.extents)
      add("Reshape", inputs + [rows], to: step("grouped"))
      add(
        "InstanceNormalization", [step("grouped"), ones, zeros], to: step("normalized"), floats: [("epsilon", epsilon)])
      let plain = !n.hasScale && !n.hasShift
      add("Reshape", [step("normalized"), shape], to: plain ? nil : step("restored"))
      let extents = [channels] + Array(repeating: 1, count: input.rank - 2)
      if n.hasScale {
        add("Mul", [step("restored"), tensor(.scale, extents)], to: n.hasShift ? step("scaled") : nil)
      }
      if n.hasShift { add("Add", [step(n.hasScale ? "scaled" : "restored"), tensor(.shift, extents)]) }
    }
  }
}
