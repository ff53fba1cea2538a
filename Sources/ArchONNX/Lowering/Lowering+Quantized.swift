import ArchAlgebra
import ArchIR

extension LoweringTable {
  /// Quantised convolutions and products stand with those that they are variants of.
  static let quantized: [String: Lowering] = [
    "QuantizeLinear": { importer, node in
      try importer.conclude(.tensor(.elementwise(.quantize)), [try importer.operand(node, 0)], for: node)
    },
    "DequantizeLinear": { importer, node in
      // Weights are stored in few bits and spread out when they are read: they are weights all the same.
      if case .constant(var constant) = try importer.input(node, 0) {
        constant.type = .float
        constant.elements = nil
        return try importer.define(node, .constant(constant))
      }
      try importer.conclude(.tensor(.elementwise(.dequantize)), [try importer.operand(node, 0)], for: node)
    },
    "DynamicQuantizeLinear": { importer, node in
      try importer.conclude(.tensor(.elementwise(.quantize)), [try importer.operand(node, 0)], for: node)
      for output in 1..<3 where output < node.outputs.count {
        try importer.define(node, .constant(Constant(type: .float, shape: [], elements: nil)), output: output)
      }
    },
  ]
}
