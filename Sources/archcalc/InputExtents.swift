/// `3x224x224`
enum InputExtents {
  /// - Parameter isImage: whether the input is channels, height and width; otherwise there are any number of extents.
  /// - Throws: ``UsageError`` if it is not one extent or three.
  static func parse(_ text: String, isImage: Bool = true) throws -> [Int] {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" || $0 == "," }.map { Int($0) }
    let values = parts.compactMap { $0 }
    guard values.count == parts.count, values.count == 1 || values.count == 3 || !isImage,
      values.allSatisfy({ $0 > 0 })
    else {
      throw UsageError("--input is channels x height x width, as 3x224x224, not '\(text)'")
    }
    return values
  }
}
