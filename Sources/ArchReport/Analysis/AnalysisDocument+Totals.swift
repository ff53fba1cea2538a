import ArchAlgebra
import ArchCost

extension AnalysisDocument {
  func totals() throws -> [Document.Fact] {
    let cost = study.total
    let parameters = cost.parameters
    let bytes = layout.bytesPerElement
    let flops = try CountingConvention.flops.count(cost)
    let elementwise = try CountingConvention.elementwise.count(cost)
    let stored = try parameters.total.multiplied(by: bytes)
    var facts: [Document.Fact] = [
      .init(
        "parameters", NumberText.exact(try parameters.trainable),
        aside:
          "\(NumberText.exact(parameters.weights)) weights, \(NumberText.exact(parameters.biases)) biases, "
          + "\(NumberText.exact(parameters.normalization)) normalisation; "
          + "\(NumberText.exact(parameters.buffers)) buffers besides: \(NumberText.bytes(stored)) of \(numbers)"),
      .init("MACs", NumberText.exact(try cost.macs), aside: CountingConvention.macs.summary),
      .init(
        "FLOPs", NumberText.exact(flops),
        aside: "two per multiply-add, and \(NumberText.exact(elementwise)) element-wise operations"),
    ]
    if !["macs", "flops"].contains(convention.name) {
      facts.append(
        .init(
          convention.name, NumberText.exact(try convention.count(cost)),
          aside: "\(convention.unit): \(convention.summary)"))
    }
    let peak = try study.memory.peak.multiplied(by: bytes)
    let traffic = try cost.trafficElements.multiplied(by: bytes)
    facts.append(
      .init(
        "activations", NumberText.exact(cost.outputElements),
        aside: "elements; at most \(NumberText.bytes(peak)) at once, "
          + "at \(study.graph.nodes[study.memory.peakNode].name)"))
    facts.append(
      .init(
        "traffic", NumberText.bytes(traffic),
        aside: "of \(numbers) if nothing stays in a cache: "
          + "\(NumberText.fixed(Double(flops) / Double(max(1, traffic)), 1)) FLOPs a byte"))
    let field = study.widestField.map { field in
      let stride = field.stride.map { " at stride \($0.map(String.init).joined(separator: "×"))" } ?? ""
      return ", receptive field \(field.size.map(String.init).joined(separator: "×"))\(stride) before the head"
    }
    facts.append(.init("depth", "\(study.depth)", aside: "layers with weights" + (field ?? "")))
    return facts
  }

  private var numbers: String {
    layout.bytesPerElement == 4 ? "float32" : "\(layout.bytesPerElement)-byte numbers"
  }
}
