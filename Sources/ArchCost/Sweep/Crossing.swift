/// Where something that is below from `low` on ceases to be, by halving; as near as doubles tell.
func crossing(from low: Double, to high: Double, isBelow: (Double) -> Bool) -> Double {
  var (low, high) = (low, high)
  for _ in 0..<200 {
    let middle = (low + high) / 2
    if isBelow(middle) { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// The same from zero on, with no end given; `nil` where it is still below at 10¹⁸.
func crossing(isBelow: (Double) -> Bool) -> Double? {
  var high = 1.0
  while isBelow(high) {
    high *= 2
    guard high < 1e18 else { return nil }
  }
  return crossing(from: 0, to: high, isBelow: isBelow)
}
