import ArchIR

/// What a report says of a network that may not be counted whole: whether it is, and what is missing.
struct OmissionDocument {
  /// Nodes that are named; the rest is a number.
  private static let shown = 20
  private let subject: Subject

  init(_ subject: Subject) { self.subject = subject }

  func append(to document: inout Document) {
    guard let omissions = subject.omissions else { return }
    var facts: [Document.Fact] = []
    if omissions.isEmpty {
      facts.append(.init("counted", "complete", aside: "every node of the file"))
    } else {
      let count = omissions.count == 1 ? "1 node" : "\(omissions.count) nodes"
      facts.append(.init("counted", "partial: \(count) not counted"))
      for omission in omissions.prefix(Self.shown) {
        facts.append(.init("", "\(omission.name) (\(omission.op))", aside: omission.reason))
      }
      if omissions.count > Self.shown {
        facts.append(.init("", "and \(omissions.count - Self.shown) more", aside: "--json lists all"))
      }
    }
    for remark in subject.remarks.prefix(Self.shown) { facts.append(.init("note", remark)) }
    document.blocks.append(.facts(facts))
  }
}
