import ArchCost
import Testing

/// Every operator of a network, in the order in which it runs, with all attributes, against what ran in PyTorch and Keras.
@Suite struct LayerTests {
  static let traced = MeasuredNetwork.all.filter { (try? Fixture("layers-\($0.name).tsv")) != nil }

  @Test(arguments: traced) func rowsEqualTheTrace(_ measured: MeasuredNetwork) throws {
    let analysis = try Analysis(measured.graph())
    let expected = try Fixture("layers-\(measured.name).tsv").rows.map(LayerRow.init)
    let actual = try analysis.graph.layers.filter { !analysis.graph.nodes[$0].op.isView }.map {
      try LayerRow($0, of: analysis)
    }
    let isOrdered = !measured.runsByDepth
    let (mine, theirs) = (compared(actual, isOrdered: isOrdered), compared(expected, isOrdered: isOrdered))
    #expect(mine.count == theirs.count)
    let different = zip(mine, theirs).enumerated().filter { $1.0 != $1.1 }
    for (index, (mine, theirs)) in different.prefix(5) {
      Issue.record("row \(index): \(mine.testDescription)\n  is there \(theirs.testDescription)")
    }
  }

  /// Concatenations are left out: torchvision concatenates all earlier features anew, the specification appends.
  private func compared(_ rows: [LayerRow], isOrdered: Bool) -> [LayerRow] {
    let rows = rows.filter { $0.op != "concat" }.map(\.normalized)
    return isOrdered ? rows : rows.sorted { $0.testDescription < $1.testDescription }
  }

  @Test func theTracesAreThere() throws {
    #expect(Self.traced.count == 16)
    #expect(try Self.traced.map { try Fixture("layers-\($0.name).tsv").rows.count }.reduce(0, +) == 2374)
  }
}
