/// Sums, products and affine maps over runs of vectors. Every body may write over either of its inputs.

/// `output = min(max(a + b, low), high)`
@_alwaysEmitIntoClient @inline(__always)
func add<V: FloatVector>(
  _: V.Type, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, vectors: Int,
  low: Float, high: Float
) {
  let low = V(repeating: low)
  let high = V(repeating: high)
  zip(V.self, a, b, output, vectors) { ($0 + $1).clamped(low, high) }
}

/// `output = a * b`
@_alwaysEmitIntoClient @inline(__always)
func multiply<V: FloatVector>(
  _: V.Type, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, vectors: Int
) {
  zip(V.self, a, b, output, vectors) { $0 * $1 }
}

/// `output = min(max(input * scale + shift, low), high)` for pixels of one block: scale and shift hold V floats.
///
/// Batch normalisation on its own, and with a zero shift the channel gates of squeeze-and-excitation.
@_alwaysEmitIntoClient @inline(__always)
func affine<V: FloatVector>(
  _: V.Type, _ input: UnsafePointer<Float>, _ scale: UnsafePointer<Float>, _ shift: UnsafePointer<Float>,
  _ output: UnsafeMutablePointer<Float>, pixels: Int, low: Float, high: Float
) {
  let scale = V.load(scale)
  let shift = V.load(shift)
  let low = V(repeating: low)
  let high = V(repeating: high)
  map(V.self, input, output, pixels) { V.multiplyAdd(shift, $0, scale).clamped(low, high) }
}

@_alwaysEmitIntoClient @inline(__always)
func zip<V: FloatVector>(
  _: V.Type, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
  _ vectors: Int, _ body: (V, V) -> V
) {
  var index = 0
  while index < vectors {
    let offset = index * V.scalarCount
    body(V.load(a + offset), V.load(b + offset)).store(output + offset)
    index += 1
  }
}

/// Copies every `step`th pixel of a block.
@_alwaysEmitIntoClient @inline(__always)
func gather<V: FloatVector>(
  _: V.Type, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, pixels: Int, step: Int
) {
  var index = 0
  while index < pixels {
    V.load(input + index * step * V.scalarCount).store(output + index * V.scalarCount)
    index += 1
  }
}
