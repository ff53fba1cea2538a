/// The words of a selection of layers: `"conv 1x1"`, `"grouped @conv4.*"`.
///
/// What they select is found in a graph; here it is only told whether they could ever select anything.
public enum LayerWords {
  /// What is said of layers besides their operators.
  static let kinds = ["weighted", "grouped", "dense", "depthwise", "strided", "biased", "global"]
  private static var operators: Set<String> { Operators.names.union(MergeSyntax.Kind.allCases.map(\.rawValue)) }

  /// Makes sure that every word means something.
  ///
  /// - Parameter network: the network whose layers are selected; where it is `nil`, names are taken on trust.
  /// - Throws: ``Diagnostic`` for a word that no layer could fit.
  public static func check(
    _ text: String, of network: NetworkSyntax?, in specification: Specification, at place: Place
  ) throws {
    for word in text.split(separator: " ").map(String.init) {
      guard word.hasPrefix("@") else {
        try check(word, at: place)
        continue
      }
      if let network { try check(name: String(word.dropFirst()), specification.labels(reachedBy: network), at: place) }
    }
  }

  private static func check(_ word: String, at place: Place) throws {
    if kinds.contains(word) || operators.contains(word) { return }
    if let first = word.first, "gs".contains(first), Int(word.dropFirst()) != nil { return }
    let extents = word.split(separator: "x").map { Int($0) }
    if extents.count == 2, !extents.contains(nil) { return }
    throw Diagnostic(
      "no layer is called '\(word)'", at: place,
      help: suggestion(for: word, among: operators.sorted() + kinds).map { "did you mean '\($0)'?" }
        ?? "names of layers begin with @, as @conv1")
  }

  // MARK: Names

  /// Each byte of a layer's name may meet each of these.
  private static let longest = 200

  /// Every level of a name is a label, an operator or the number of a block, or one of these with a number.
  private static func check(name: String, _ labels: Set<String>, at place: Place) throws {
    guard name.utf8.count <= longest else {
      throw Diagnostic("a name selects layers by at most \(longest) bytes", at: place)
    }
    let bases = labels.union(operators)
    var levels = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let wrong = levels.firstIndex(where: { level in !bases.contains { couldBe(level, $0) } }) else { return }
    let near = suggestion(for: levels[wrong], among: bases)
    if let near { levels[wrong] = near }
    let some = labels.sorted().prefix(8).joined(separator: ", ")
    throw Diagnostic(
      "no layer is called '@\(name)'", at: place, cause: near == nil && !some.isEmpty ? "there is \(some)" : nil,
      help: near.map { _ in "did you mean '@\(levels.joined(separator: "."))'?" })
  }

  /// Whether a level of a pattern could be what is called after `base`, or the number of a block.
  private static func couldBe(_ level: String, _ base: String) -> Bool {
    func isNumber(_ character: Character) -> Bool { character.isNumber || character == "_" }
    if level.contains("*") {
      return fits(base.filter { !isNumber($0) }, level.filter { !isNumber($0) })
        || level.allSatisfy { "*" == $0 || $0.isNumber }
    }
    if let number = Int(level) { return number > 0 }
    return level.hasPrefix(base) && level.dropFirst(base.count).allSatisfy(isNumber)
  }

  /// Whether a name is the pattern or begins with it and a dot; `*` stands for anything within a level.
  ///
  /// Every byte of the name is read once, however many `*` there are.
  public static func fits(_ name: String, _ pattern: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let (star, dot) = (UInt8(ascii: "*"), UInt8(ascii: "."))
    // The places in the pattern that what was read of the name leads to. They come in ascending order, so that one that is
    // not beyond the last is among them.
    var places: [Int] = []
    func add(_ place: Int, to places: inout [Int]) {
      guard place > places.last ?? -1 else { return }
      var place = place
      places.append(place)
      // It stands for nothing too.
      while place < pattern.count, pattern[place] == star {
        place += 1
        places.append(place)
      }
    }
    add(0, to: &places)
    for byte in name.utf8 {
      if byte == dot, places.last == pattern.count { return true }
      var next: [Int] = []
      for place in places where place < pattern.count {
        if pattern[place] == star {
          if byte != dot { add(place, to: &next) }
        } else if pattern[place] == byte {
          add(place + 1, to: &next)
        }
      }
      places = next
    }
    return places.last == pattern.count
  }
}
