import ArchReport

/// JSON values, each distinct one once.
struct JSONPool {
  private(set) var entries: [JSON] = []
  private(set) var bytes = 0
  private var known: [String: Int] = [:]

  /// Where a value stands; it is added if it is new.
  mutating func index(of value: JSON) -> Int {
    let text = value.compactText()
    if let index = known[text] { return index }
    known[text] = entries.count
    bytes += text.utf8.count + 1
    entries.append(value)
    return entries.count - 1
  }
}
