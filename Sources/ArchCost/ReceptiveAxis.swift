import ArchAlgebra
import ArchIR

/// What one position sees along one axis.
///
/// Where a tensor was enlarged, several of its positions lie between two of the one before, and how many of those a window
/// reaches depends on where it begins. So the reach since then is kept in parts of that tensor's distance, and counts as
/// many of its positions as a window meets at most.
struct ReceptiveAxis<D: Dimension>: Hashable {
  /// What a position of the tensor sees that was enlarged, and how far apart its positions look, in input elements.
  private var size = D(1)
  private var distance = D(1)
  /// By how much it was enlarged.
  private var scale = D(1)
  /// How far windows reach since, and how far apart neighbours are now, in parts of the distance: as many as the scale.
  private var reach = D(0)
  private var step = D(1)

  /// In input elements.
  var field: D {
    get throws { try size + reach.floorDivided(by: scale) * distance }
  }

  /// In input elements; `nil` where it is no integer.
  var stride: D? {
    get throws {
      let product = try distance * step
      return try product.isMultiple(of: scale) == true ? try product.exactlyDivided(by: scale) : nil
    }
  }

  mutating func widen(kernel: D, dilation: D, stride: D) throws {
    reach = try reach + (kernel - D(1)) * dilation * step
    step = try step * stride
    try settle()
  }

  /// A transposed convolution: each of its outputs meets the inputs that the kernel's taps lie on, when they stand `factor`
  /// apart.
  mutating func enlarge(by factor: D, kernel: D, dilation: D) throws {
    try divide(by: factor)
    reach = try reach + (kernel - D(1)) * dilation * step
    try settle()
  }

  /// Each position from the nearest one, or, along a line, from the two around its centre; whether that can be told.
  mutating func enlarge(by factor: D, isLinear: Bool) throws -> Bool {
    guard factor != D(1) else { return true }
    var between = try factor - D(1)
    if isLinear {
      guard let isEven = try factor.isMultiple(of: D(2)) else { return false }
      // Where the factor is odd, some centres lie on a position, which is the only one that they see.
      between = try D(2) * factor - D(isEven ? 1 : 2)
    }
    try divide(by: factor)
    reach = try reach + between * step
    try settle()
    return true
  }

  private mutating func divide(by factor: D) throws {
    if try step.isMultiple(of: factor) == true {
      step = try step.exactlyDivided(by: factor)
    } else {
      reach = try reach * factor
      scale = try scale * factor
    }
  }

  /// Without parts of a distance there is nothing to keep apart.
  private mutating func settle() throws {
    guard scale == D(1) else { return }
    size = try size + reach * distance
    distance = try distance * step
    (reach, step) = (D(0), D(1))
  }

  /// What sees as much as the one of two that sees more; `nil` where that cannot be told.
  func joined(with other: Self) throws -> Self? {
    if scale == D(1), other.scale == D(1) {
      var result = self
      result.size = try D.maximum(size, other.size)
      result.distance = try D.maximum(distance, other.distance)
      return result
    }
    guard let order = try field.ordered(against: other.field) else { return nil }
    return order < 0 ? other : self
  }

  /// After as many equal copies as a first one led here from `before`.
  func repeated(_ count: D, from before: Self) throws -> Self? {
    var result = self
    if scale == D(1), before.scale == D(1) {
      result.size = try before.size + (size - before.size) * count
      return result
    }
    result.reach = before.reach
    guard result == before else { return nil }
    result.reach = try before.reach + (reach - before.reach) * count
    return result
  }
}
