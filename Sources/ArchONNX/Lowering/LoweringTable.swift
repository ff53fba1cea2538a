import ArchAlgebra
import ArchIR

/// How each operator of ONNX becomes operators of the graph: one table, a file for each family.
///
/// ONNX's own operators are in the empty domain; those that onnxruntime adds are known by their names alone.
enum LoweringTable {
  typealias Lowering = @Sendable (inout Importer, SourceNode) throws -> Void

  static func lowering(_ node: SourceNode) -> Lowering? {
    switch node.domain {
    case "": operators[node.op]
    case "com.microsoft", "com.microsoft.nchwc", "org.pytorch.aten": extensions[node.op] ?? operators[node.op]
    default: nil
    }
  }

  private static let operators: [String: Lowering] = [
    convolutions, pools, normalizations, activations, elementwise, matrices, movement, reductions, recurrent, quantized,
    control,
  ].reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }
}
