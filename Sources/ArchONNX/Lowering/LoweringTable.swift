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

  /// Two rows with one name end the program when the first node is looked up.
  static let operators = Dictionary(
    uniqueKeysWithValues: [
      convolutions, pools, normalizations, activations, elementwise, functions, matrices, movement, reductions,
      recurrent, quantized, control,
    ].joined().map { ($0.key, $0.value) })
}
