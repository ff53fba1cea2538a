import ArchSpec

/// Reads which networks several words mean: a file, the name of a network of it where it has several, and further
/// networks: of that file, of the zoo, or of other files.
struct NetworkWords {
  /// What was read: each network as ``Networks/find(_:)`` takes it.
  private(set) var networks: [[String]] = []
  /// The last file whose networks are known, and their names.
  private var file = ""
  private var names: [String] = []
  /// Whether the next word may say which network of a file is meant.
  private var isOpen = false

  /// Takes a word that names a network.
  ///
  /// - Parameter isComplete: whether it is complete, so that the next word names another network.
  /// - Returns: whether it names one.
  /// - Throws: ``Diagnostic`` for a file that is no specification.
  mutating func take(_ word: String, isComplete: Bool = false) throws -> Bool {
    let last = networks.last?.first
    if names.contains(word) {
      // What is in the file goes before what is called alike elsewhere.
      if isOpen, last == file { networks[networks.count - 1].append(word) } else { networks.append([file, word]) }
      isOpen = false
    } else if Networks.isKnown(word) {
      networks.append([word])
      isOpen = Networks.isSpecification(word) && !isComplete
      let known = try Networks.names(in: word)
      if !known.isEmpty { (file, names) = (word, known) }
    } else if isOpen, let last, last != file {
      // What is read only once tells its networks later.
      networks[networks.count - 1].append(word)
      isOpen = false
    } else {
      return false
    }
    return true
  }

  /// Takes all networks of the zoo.
  mutating func takeZoo() {
    networks += Networks.library.entries.map { [$0.network] }
    isOpen = false
  }

  /// What is said of a word that names none.
  func unknown(_ word: String) -> UsageError {
    guard !names.isEmpty else { return Networks.unknown(word) }
    let near = suggestion(for: word, among: names + Networks.library.names).map { "did you mean '\($0)'?" }
    return UsageError(
      "there is no network '\(word)' in \(file) or in the zoo",
      help: near ?? "\(file) has \(names.joined(separator: ", "))")
  }
}
