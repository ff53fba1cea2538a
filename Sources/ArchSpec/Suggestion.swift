/// The candidate that `word` is most likely a slip of, if any is near enough to suggest.
///
/// Nearness is the optimal string alignment distance (insert, delete, replace, swap neighbours), case ignored; of those
/// as near the shorter one, so that `resnett50` means `resnet50` rather than its alias `resnet-50`.
public func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(word.lowercased())
  guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
  var best: (distance: Int, length: Int, name: String)?
  for name in candidates {
    let letters = Array(name.lowercased())
    guard abs(letters.count - wanted.count) <= 3 else { continue }
    let distance = alignmentDistance(wanted, letters)
    // Any letter is one replacement away from any other: of single letters only the case may be a slip.
    let length = min(wanted.count, letters.count)
    let allowed = length == 1 ? 0 : max(1, (length + 1) / 3)
    let found = (distance, letters.count, name)
    if distance <= allowed, best.map({ found < $0 }) ?? true { best = found }
  }
  return best?.name
}

private func alignmentDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast = [Int]()
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
