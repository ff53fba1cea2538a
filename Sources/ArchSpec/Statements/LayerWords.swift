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

  /// Every level of a name is a label, an operator or the number of a block, or one of these with a number.
  private static func check(name: String, _ labels: Set<String>, at place: Place) throws {
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
  public static func fits(_ name: String, _ pattern: String) -> Bool {
    glob(Array(name.utf8)[...], Array(pattern.utf8)[...])
  }

  private static func glob(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty || name.first == UInt8(ascii: ".") }
    if first == UInt8(ascii: "*") {
      let level = name.firstIndex(of: UInt8(ascii: ".")) ?? name.endIndex
      return (name.startIndex...level).contains { glob(name[$0...], pattern.dropFirst()) }
    }
    return name.first == first && glob(name.dropFirst(), pattern.dropFirst())
  }
}
