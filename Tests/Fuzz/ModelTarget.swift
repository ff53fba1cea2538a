import ArchAlgebra
import ArchCost
import ArchIR
import ArchONNX

/// Any bytes are a model that is read and counted, or a `ModelError`. Whatever else is thrown, a trap, a graph that
/// contradicts itself, and a tensor whose elements are not as many as its extents say are findings.
func fuzzModel(_ bytes: [UInt8]) {
  expecting(ModelError.self) {
    let model = try ModelFile(ModelBytes(bytes)).imported()
    let violations = model.graph.violations()
    precondition(violations.isEmpty, "\(violations)")
    _ = try? Analysis(model.graph)
    if let graph = try? model.numbers() { _ = try? Analysis(graph) }
    for tensor in model.tensors.values.flatMap(\.values) { try check(tensor) }
    var options = ImportOptions()
    options.batch = 2
    options.input = [3, 32, 32]
    _ = try ModelFile(ModelBytes(bytes)).imported(options)
  }
}

private func check(_ tensor: TensorReference) throws {
  switch try tensor.elements(limit: 4096) {
  case .integers(let values)?: precondition(values.count == tensor.count)
  case .numbers(let values)?: precondition(values.count == tensor.count)
  case nil: break
  }
}
