import ArchCost
import ArchIR
import Testing

/// One operator that ran, in the words of the fixtures; a cell is empty where the operator has no such attribute.
struct LayerRow: Hashable, CustomTestStringConvertible {
  var op, input, output, kernel, stride, padding, dilation, groups, bias, parameters, buffers, macs: String

  var testDescription: String {
    "\(op) \(input) → \(output) k\(kernel) s\(stride) p\(padding) d\(dilation) g\(groups) b\(bias) \(parameters)+\(buffers) parameters, \(macs) MACs"
  }

  /// A row of a fixture. Traces tell the statistics of normalisations and no dilation of pools.
  init(_ cells: [String: String]) {
    func cell(_ column: String) -> String { cells[column] ?? "" }
    (op, input, output) = (cell("op"), cell("input"), cell("output"))
    (kernel, stride, padding, dilation) = (cell("kernel"), cell("stride"), cell("padding"), cell("dilation"))
    (groups, bias, macs) = (cell("groups"), cell("bias"), cell("macs"))
    parameters = cell("parameters").isEmpty ? "0" : cell("parameters")
    buffers = cell("buffers").isEmpty ? "0" : cell("buffers")
  }

  init(_ node: Int, of analysis: Analysis<Int>) throws {
    let graph = analysis.graph
    let cost = analysis.costs[node]
    func list(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: ",") }
    func shape(_ shape: Shape<Int>) -> String { shape.extents.dropFirst().map(String.init).joined(separator: "x") }
    op = graph.nodes[node].op.name
    input = graph.nodes[node].inputs.map { shape(graph.nodes[$0].output) }.joined(separator: " ")
    output = shape(graph.nodes[node].output)
    (kernel, stride, padding, dilation, groups, bias) = ("", "", "", "", "", "")
    switch graph.nodes[node].op {
    case .convolution(let convolution):
      kernel = list(convolution.kernel)
      stride = list(convolution.stride)
      padding = list(convolution.padding.sides)
      dilation = list(convolution.dilation)
      groups = String(convolution.groups)
      bias = String(convolution.hasBias)
    case .linear(let linear): bias = String(linear.hasBias)
    case .pool(let pool):
      kernel = list(pool.kernel)
      stride = list(pool.stride)
      padding = list(pool.padding.sides)
    case .padding(let sides): padding = list(sides.sides)
    default: break
    }
    parameters = String(try cost.parameters.trainable)
    buffers = String(cost.parameters.buffers)
    macs = String(try cost.macs)
  }

  /// Global pools drop the extents of 1 in one trace and keep them in another.
  var normalized: LayerRow {
    var row = self
    if op == "adaptiveavgpool" { row.op = "avgpool" }  // the traces do not tell them apart
    if op == "avgpool", row.output.hasSuffix("x1x1") { row.output.removeLast(4) }
    return row
  }
}
