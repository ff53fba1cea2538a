import ArchIR
import Synchronization

/// By how much the layers that residual branches end with are scaled down.
///
/// A residual stream to which n branches of its own scale are added grows n times, and without a bound where each
/// branch sees what has grown: with branches scaled by 1/√n the whole grows by no more than a small factor, as in Zhang, Dauphin and
/// Ma, Fixup Initialization (arXiv:1901.09321). Where every operand of an addition can be scaled, the sum keeps their
/// scale instead.
struct BranchScales: Sendable {
  private var scales: [Int: Float] = [:]

  init(_ graph: Graph<Int>) {
    var sums: [(ends: [Int], isStream: Bool)] = []
    for node in graph.nodes.indices {
      guard case .add = graph.nodes[node].op else { continue }
      var ends: [Int] = []
      var isStream = false
      for input in graph.nodes[node].inputs where !graph.addWeightedEnds(before: input, to: &ends) { isStream = true }
      if ends.count > 0 { sums.append((ends, isStream)) }
    }
    let streams = Float(sums.count { $0.isStream })
    for (ends, isStream) in sums {
      let scale = (1 / (Float(ends.count) * (isStream ? streams : 1))).squareRoot()
      for end in ends { scales[end] = min(scale, scales[end] ?? 1) }
    }
  }

  /// The scales of the graph that was last asked about.
  final class Cache: Sendable {
    private let last = Mutex<(nodes: [Node<Int>], scales: BranchScales)?>(nil)

    func scale(ofNode node: Int, in graph: Graph<Int>) -> Float {
      last.withLock { last in
        // Arrays of one memory are equal at once.
        if last?.nodes != graph.nodes { last = (graph.nodes, BranchScales(graph)) }
        return last!.scales.scales[node] ?? 1
      }
    }
  }
}

extension Graph<Int> {
  /// The last layers with weights before a value; `false` if a path to it has none.
  fileprivate func addWeightedEnds(before value: Int, to ends: inout [Int]) -> Bool {
    var node = value
    while true {
      switch nodes[node].op {
      case .convolution, .linear, .scale:
        ends.append(node)
        return true
      case .normalization(let normalization) where normalization.hasScale:
        ends.append(node)
        return true
      case .input, .add, .concatenation, .tensor: return false
      case .multiply:
        // A gate scales what has the shape of the product.
        guard let main = nodes[node].inputs.first(where: { nodes[$0].output == nodes[node].output }) else {
          return false
        }
        node = main
      default:
        guard let input = nodes[node].inputs.first else { return false }
        node = input
      }
    }
  }

  /// Whether a value comes from an activation that lets about half of the square mean through.
  func isRectified(_ value: Int?) -> Bool {
    guard var node = value else { return false }
    while true {
      switch nodes[node].op {
      case .activation(let activation):
        switch activation {
        case .sigmoid, .hardSigmoid, .tanh, .softmax: return false
        default: return true
        }
      case .pool, .adaptivePool, .dropout, .permutation, .slice, .padding, .channelPadding, .flatten, .upsample,
        .concatenation, .constantScale:
        guard let input = nodes[node].inputs.first else { return false }
        node = input
      default: return false
      }
    }
  }
}
