import ArchAlgebra
import ArchIR

/// What is asked of the import besides the file.
public struct ImportOptions: Sendable {
  /// Values of extents that the file leaves open, by their names there.
  public var values: [String: Int] = [:]
  /// The first extent of every input, where the file leaves it open or even where it does not; `nil` leaves it.
  public var batch: Int?
  /// The extents of the first input after the batch, in place of the file's.
  public var input: [Int]?

  public init() {}
}

/// A model as the graph that analysis and execution work with.
///
/// The graph is of closed forms: extents that the file leaves open are symbols in it. Where all are known its
/// dimensions are constants, and ``numbers()`` is the graph of them.
public struct ImportedModel: Sendable {
  public var graph: Graph<Expr>
  /// The extents that are open.
  public var symbols: [OpenExtent]
  /// What is not in the graph, or is there without its cost.
  public var omissions: [Omission]
  /// How parts of the file were understood that can be understood otherwise.
  public var remarks: [String]
  /// The tensors that a node's operator works with, by node.
  public var tensors: [Int: [TensorRole: TensorReference]]
  /// What a run must know of a node besides its operator and tensors; most nodes have none.
  public var details: [Int: NodeDetail]
  /// The file's node that each node of the graph stands for.
  public var origins: [String]
  public var producer: String
  public var opset: Int

  /// Whether the cost of every node is known.
  public var isComplete: Bool { omissions.isEmpty }

  /// The graph of numbers.
  ///
  /// - Throws: ``ArithmeticError`` if extents are open, ``ShapeError`` where a shape is impossible.
  public func numbers() throws -> Graph<Int> { try graph.bound(to: [:]) }
}

/// An extent of an input that the file leaves open.
public struct OpenExtent: Sendable, Hashable {
  /// The name in the file; where there is none, one that is made of the input's.
  public var name: String
  public var symbol: Symbol
  /// The input that has it, and the axis there.
  public var input: String
  public var axis: Int
}

/// What the graph does not say of a node, because it costs nothing.
public struct NodeDetail: Sendable, Hashable {
  /// What is added to the variance of a normalisation; `nil` for ONNX's 1e-5.
  public var epsilon: Float?
  /// Whether the weight of a linear layer is stored as (input features, output features).
  public var isTransposed = false
  /// Why the node can be counted and not run: what the graph has lost of it. It begins with the operator.
  public var loss: String?
  /// The elements of a constant that the file does not store as they are.
  public var elements: [Float]?

  public init() {}
}

/// What a stored tensor is to the operator that works with it.
public enum TensorRole: String, Sendable, Hashable, CaseIterable {
  case weight, bias, scale, shift, mean, variance
  /// Weights of the state of a recurrent layer, and of its peepholes.
  case recurrence, peepholes
  /// The elements of a parameter or constant node.
  case value

  /// The number that changes nothing where all of a tensor's are it; `nil` where there is none.
  var neutral: Int? {
    switch self {
    case .scale: 1
    case .shift, .mean, .bias: 0
    // A normalisation adds to it, so that even ones count.
    case .variance: nil
    case .weight, .recurrence, .peepholes, .value: nil
    }
  }
}
