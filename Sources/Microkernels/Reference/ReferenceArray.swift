/// Values of any rank in row-major order, and what the operators on them mean: one scalar at a time, with axes given
/// by number.
public struct ReferenceArray: Equatable, Sendable {
  public let extents: [Int]
  public let values: [Float]

  public var rank: Int { extents.count }

  public init(_ extents: [Int], _ values: [Float]) {
    precondition(values.count == extents.reduce(1, *))
    self.extents = extents
    self.values = values
  }

  /// The array whose value at each place is `body(place)`.
  public static func make(_ extents: [Int], _ body: ([Int]) -> Float) -> ReferenceArray {
    ReferenceArray(extents, places(extents).map(body))
  }

  /// Every place of an array with these extents, the last axis fastest.
  public static func places(_ extents: [Int]) -> [[Int]] {
    var places: [[Int]] = [[]]
    for extent in extents { places = places.flatMap { place in (0..<extent).map { place + [$0] } } }
    return places
  }

  /// The value at a place; axes that this array has not in front, and those of extent 1, are stretched.
  public subscript(place: [Int]) -> Float {
    var index = 0
    for (extent, at) in zip(extents, place.suffix(rank)) { index = index * extent + (extent == 1 ? 0 : at) }
    return values[index]
  }

  /// The extents that some arrays are stretched to.
  public static func stretched(_ shapes: [[Int]]) -> [Int] {
    let rank = shapes.map(\.count).max() ?? 0
    return (0..<rank).map { axis in
      shapes.compactMap { $0.count >= rank - axis ? $0[$0.count - rank + axis] : nil }.first { $0 != 1 } ?? 1
    }
  }
}

extension ReferenceArray {
  /// The matrix product of the last two axes; those before them are stretched.
  public static func product(_ a: ReferenceArray, _ b: ReferenceArray, multiplyAdds: inout Int) -> ReferenceArray {
    let outer = stretched([Array(a.extents.dropLast(2)), Array(b.extents.dropLast(2))])
    var count = 0
    let result = make(outer + [a.extents[a.rank - 2], b.extents[b.rank - 1]]) { place in
      var sum = 0.0
      for inner in 0..<a.extents[a.rank - 1] {
        let left = a[place.dropLast() + [inner]]
        let right = b[place.dropLast(2) + [inner, place[place.count - 1]]]
        sum += Double(left) * Double(right)
        count += 1
      }
      return Float(sum)
    }
    multiplyAdds += count
    return result
  }

  /// Sums over products of all operands, with a letter for each axis. A sum of one operand multiplies nothing.
  public static func einsum(
    _ operands: [ReferenceArray], _ letters: [[Character]], result: [Character], multiplyAdds: inout Int
  ) -> ReferenceArray {
    var extents: [Character: Int] = [:]
    for (operand, names) in zip(operands, letters) {
      for (name, extent) in zip(names, operand.extents) { extents[name] = max(extents[name] ?? 1, extent) }
    }
    let summed = extents.keys.filter { !result.contains($0) }.sorted()
    let inner = places(summed.map { extents[$0]! })
    var count = 0
    let sums = make(result.map { extents[$0]! }) { place in
      var sum = 0.0
      for other in inner {
        let at = Dictionary(uniqueKeysWithValues: zip(result + summed, place + other))
        sum += zip(operands, letters).reduce(1.0) { $0 * Double($1.0[$1.1.map { at[$0]! }]) }
        count += operands.count - 1
      }
      return Float(sum)
    }
    multiplyAdds += count
    return sums
  }

  /// A function of the operands' values at one place.
  public static func elementwise(_ operands: [ReferenceArray], _ function: ([Double]) -> Double) -> ReferenceArray {
    make(stretched(operands.map(\.extents))) { place in Float(function(operands.map { Double($0[place]) })) }
  }

  /// x, or x · slope where x is negative: one slope for all, or for each place along axis 1.
  public func parametricRelu(_ slopes: [Float]) -> ReferenceArray {
    Self.make(extents) { place in
      let slope = slopes.count == 1 ? slopes[0] : slopes[place[1]]
      return self[place] < 0 ? Float(Double(self[place]) * Double(slope)) : self[place]
    }
  }

  /// The values along one axis at a place.
  private func line(_ place: [Int], along axis: Int) -> [Double] {
    (0..<extents[axis]).map { step in
      var at = place
      at[axis] = step
      return Double(self[at])
    }
  }

  /// e^x / Σ e^x along an axis.
  public func softmax(axis: Int) -> ReferenceArray {
    let exponential = Activation.exponential
    return Self.make(extents) { place in
      let line = line(place, along: axis)
      let largest = line.max()!
      let total = line.reduce(0) { $0 + exponential.value($1 - largest) }
      return Float(exponential.value(line[place[axis]] - largest) / total)
    }
  }

  /// Over all axes from `axis` on: centred (RMS normalisation is not) and divided by the deviation.
  public func layerNormalized(
    axis: Int, scale: [Float], shift: [Float], isCentred: Bool, epsilon: Double = 1e-5
  ) -> ReferenceArray {
    let each = extents[axis...].reduce(1, *)
    let rows = stride(from: 0, to: values.count, by: max(each, 1)).map { values[$0..<($0 + each)].map(Double.init) }
    return ReferenceArray(
      extents,
      rows.flatMap { row -> [Float] in
        let mean = isCentred ? row.reduce(0, +) / Double(each) : 0
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(each)
        return row.enumerated().map { place, value in
          let gain = scale.isEmpty ? 1 : Double(scale[place])
          let added = shift.isEmpty ? 0 : Double(shift[place])
          return Float((value - mean) / (variance + epsilon).squareRoot() * gain + added)
        }
      })
  }

  /// What `function` makes of all values that differ along `axes` only.
  public func reduced(_ axes: [Int], keepsAxes: Bool, _ function: ([Double]) -> Double) -> ReferenceArray {
    let kept = extents.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
    let inner = Self.places(extents.enumerated().map { axes.contains($0.offset) ? $0.element : 1 })
    let result = Self.make(kept) { place in
      Float(function(inner.map { other in Double(self[zip(place, other).map { $0 + $1 }]) }))
    }
    let rest = extents.indices.filter { !axes.contains($0) }.map { extents[$0] }
    return ReferenceArray(keepsAxes ? kept : rest, result.values)
  }
}

// Elements that go somewhere else.
extension ReferenceArray {
  public func transposed(_ order: [Int]) -> ReferenceArray {
    Self.make(order.map { extents[$0] }) { place in
      var at = place
      for (axis, from) in order.enumerated() { at[from] = place[axis] }
      return self[at]
    }
  }

  public static func concatenated(_ arrays: [ReferenceArray], axis: Int) -> ReferenceArray {
    var extents = arrays[0].extents
    extents[axis] = arrays.reduce(0) { $0 + $1.extents[axis] }
    return make(extents) { place in
      var at = place
      var array = 0
      while at[axis] >= arrays[array].extents[axis] {
        at[axis] -= arrays[array].extents[axis]
        array += 1
      }
      return arrays[array][at]
    }
  }

  public func section(axis: Int, start: Int, count: Int, step: Int) -> ReferenceArray {
    var result = extents
    result[axis] = count
    return Self.make(result) { place in
      var at = place
      at[axis] = start + place[axis] * step
      return self[at]
    }
  }

  public func expanded(to output: [Int]) -> ReferenceArray { Self.make(output) { self[$0] } }

  public func tiled(to output: [Int]) -> ReferenceArray {
    Self.make(output) { place in self[zip(place, extents).map { $0 % $1 }] }
  }

  /// Output channel c at (y, x) is input channel c·r² + (y mod r)·r + (x mod r) at (y / r, x / r) (Shi et al.,
  /// arXiv:1609.05158).
  public func pixelShuffled(to output: [Int]) -> ReferenceArray {
    let (rows, columns) = (output[2] / extents[2], output[3] / extents[3])
    return Self.make(output) { place in
      let channel = (place[1] * rows + place[2] % rows) * columns + place[3] % columns
      return self[[place[0], channel, place[2] / rows, place[3] / columns]]
    }
  }
}
