import ArchAlgebra
import ArchIR

/// Which nodes work on arrays in row-major order and not on images in blocks of channels.
///
/// Operators with numbered axes do, and what only moves or combines single elements does too where its operands come
/// from such operators. A value lies in row-major order where all that make and read it work so; otherwise it lies in
/// blocks, and the operators on arrays copy it for themselves.
struct RowMajorNodes: Sendable {
  private let works: [Bool]

  /// Whether the node works on arrays.
  func contains(_ node: Int) -> Bool { works[node] }

  init(_ graph: Graph<Int>) {
    var works = [Bool](repeating: false, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      let operands = node.inputs.map { graph.nodes[$0].output }
      switch node.op {
      case .input: works[index] = TensorShape(node.output) == nil
      case .tensor(let op): works[index] = !op.isImageResize(operands, node.output)
      case .linear: works[index] = operands[0].rank != 2
      case .activation, .constantScale, .add, .multiply, .concatenation, .slice, .flatten, .dropout:
        let fits = TensorShape(node.output) != nil && operands.allSatisfy { TensorShape($0) != nil }
        let isAmong = node.inputs.allSatisfy { works[$0] }
        works[index] = !fits || !node.op.takesBlocks(operands, node.output) || (isAmong && node.op.hasArrayForm)
      default: break
      }
    }
    self.works = works
  }

  /// Whether the value of `node`, which `readers` read, lies in row-major order.
  func holds(_ node: Int, of graph: Graph<Int>, readers: [Int]) -> Bool {
    if TensorShape(graph.nodes[node].output) == nil { return true }
    let isMadeSo = works[node] || (graph.nodes[node].op == .input && !readers.isEmpty)
    return isMadeSo && readers.allSatisfy { works[$0] }
  }
}

extension Op where D == Int {
  /// Softmax over the channels is a loop over blocks; all others have a form for arrays.
  fileprivate var hasArrayForm: Bool { self != .activation(.softmax) }

  /// Whether the kernels for blocks can stretch the operands to the output.
  fileprivate func takesBlocks(_ operands: [Shape<Int>], _ output: Shape<Int>) -> Bool {
    switch self {
    case .add: operands.allSatisfy { $0 == output }
    case .multiply:
      operands.contains(output)
        && operands.allSatisfy { shape in
          shape == output
            || shape.rank == output.rank && shape.batch == output.batch && shape.channels == output.channels
              && shape.spatial.allSatisfy { $0 == 1 }
        }
    default: true
    }
  }
}

extension TensorOp where D == Int {
  /// Whether it is an interpolation between the pixels of images, which the kernels for blocks do.
  func isImageResize(_ operands: [Shape<Int>], _ output: Shape<Int>) -> Bool {
    guard case .resize(let resize) = self, resize.mode != .cubic, TensorShape(output) != nil else { return false }
    return output.rank > 2 && operands[0].extents.prefix(2) == output.extents.prefix(2)
  }
}
