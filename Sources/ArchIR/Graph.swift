import ArchAlgebra

/// A network as a list of nodes in the order in which they run; each node makes one tensor.
///
/// In a graph of closed forms a repetition whose body gives back the shape that it takes is kept once: its nodes
/// carry how often they run, and a ``Fold`` says which they are. In a graph of numbers every copy stands by itself.
public struct Graph<D: Dimension>: Sendable, Hashable {
  public var name: String
  public var nodes: [Node<D>] = []
  public var scopes: [Scope<D>] = [Scope(name: "", parent: nil)]
  public var folds: [Fold<D>] = []
  public var outputs: [Output] = []

  public init(name: String) { self.name = name }

  /// The shapes that a node's operator sees: of parallel copies that are concatenated, all channels together.
  public func operandShapes(of node: Node<D>) throws -> [Shape<D>] {
    var shapes = node.inputs.map { nodes[$0].output }
    if !node.copies.isEmpty, case .concatenation = node.op {
      for index in shapes.indices { shapes[index].channels = try shapes[index].channels * node.copies[index] }
    }
    return shapes
  }

  /// The nodes that do something or have parameters: all but inputs and constants.
  public var layers: [Int] { nodes.indices.filter { nodes[$0].op != .input && !nodes[$0].op.isConstant } }

  public var inputs: [Int] { nodes.indices.filter { nodes[$0].op == .input } }
}

/// One application of an operator.
public struct Node<D: Dimension>: Sendable, Hashable {
  /// Dotted: the scopes that it stands in, and its own name.
  public var name: String
  public var op: Op<D>
  /// The nodes whose tensors it reads.
  public var inputs: [Int]
  /// How many parallel copies each input stands for; empty where each stands for itself.
  public var copies: [D] = []
  /// The shape of the tensor that it makes.
  public var output: Shape<D>
  /// The index of its scope in the graph.
  public var scope: Int
  /// How often it runs; always 1 in a graph of numbers.
  public var times: D
  /// The earlier node whose parameters it uses too; they are counted there.
  public var parametersOf: Int?

  public init(name: String, op: Op<D>, inputs: [Int], output: Shape<D>, scope: Int = 0, times: D = D(1)) {
    self.name = name
    self.op = op
    self.inputs = inputs
    self.output = output
    self.scope = scope
    self.times = times
  }
}

/// A stage, a block, a branch: a level in the names of nodes.
public struct Scope<D: Dimension>: Sendable, Hashable {
  /// Dotted; empty for the network itself.
  public var name: String
  public var parent: Int?
  /// How many copies of it there are, where it is kept once for several.
  public var copies: D

  public init(name: String, parent: Int?, copies: D = D(1)) {
    self.name = name
    self.parent = parent
    self.copies = copies
  }
}

/// How the copies that a fold stands for are connected.
public enum FoldArrangement: Sendable, Hashable {
  /// Each copy takes what the one before it gives.
  case chain
  /// All copies take the same.
  case parallel
}

/// Nodes that stand for `count` copies of themselves.
public struct Fold<D: Dimension>: Sendable, Hashable {
  public var nodes: Range<Int>
  public var count: D
  public var arrangement: FoldArrangement
  /// The node whose tensor the first copy takes.
  public var input: Int
  /// The node of the body whose tensor the last copy gives.
  public var output: Int
  /// What numbers the copies from 0 in their shapes and costs, where they differ by it; `nil` where all are alike.
  ///
  /// The first of the nodes then is an identity that stands for what a copy takes, and an identity after the last one
  /// for what the last copy gives; the nodes' `times` are those of one copy.
  public var index: Symbol?

  public init(
    nodes: Range<Int>, count: D, arrangement: FoldArrangement, input: Int, output: Int, index: Symbol? = nil
  ) {
    self.index = index
    self.nodes = nodes
    self.count = count
    self.arrangement = arrangement
    self.input = input
    self.output = output
  }
}

/// A result of the network.
public struct Output: Sendable, Hashable {
  public var name: String
  public var node: Int

  public init(name: String, node: Int) {
    self.name = name
    self.node = node
  }
}
