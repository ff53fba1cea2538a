import ArchAlgebra
import ArchIR

/// What is known of a tensor of the model while the graph is built.
enum Value: Sendable {
  /// A node of the graph makes it.
  case node(Int)
  /// It does not depend on what goes into the network.
  case constant(Constant)
  /// Nothing: what makes it is not understood, for the reason given.
  case missing(String)
}

/// A tensor that does not depend on what goes into the network: a weight, or shape arithmetic.
struct Constant: Sendable {
  var type: ElementType
  var shape: [Expr]
  /// The elements, where they are followed: few, and integers or exact fractions. With open extents they are closed
  /// forms.
  var elements: [Expr]?
  /// Where they are stored, if they are; of a tensor that is only moved about, the one it comes from.
  var source: TensorReference?
  /// The piece of the source that it is made of; `nil` for all of it.
  var piece: StoredPart.Piece?
  /// The mixture that it is of other stored tensors besides the source.
  var mixture: Int?
  /// Whether it was made by a node instead of being stored with the graph: not learned, where one can tell.
  var isMade = false
  /// Whether the source's elements are these, in this order.
  var isSource = true

  init(type: ElementType, shape: [Expr], elements: [Expr]?) {
    self.type = type
    self.shape = shape
    self.elements = elements
  }

  init(_ tensor: TensorReference) {
    type = tensor.type
    shape = tensor.extents.map { Expr($0) }
    source = tensor
  }

  /// A list of integers.
  init(_ elements: [Expr]) { self.init(type: .int64, shape: [Expr(elements.count)], elements: elements) }

  /// Whether it is stored with the graph, as parameters are.
  var isParameter: Bool { source != nil && !isMade }

  /// Whether its numbers are stored as they are, in this order.
  var isStored: Bool {
    guard let source else { return false }
    return isSource && (source.type == type || source.type.isFloatingPoint && type.isFloatingPoint)
  }

  /// Whether its numbers are computed, and known: as an operand it has them, as a layer's own it would not.
  var isComputed: Bool { !isStored && elements != nil }

  /// Tensors of several floating-point numbers are taken for learned: a file does not tell parameters from
  /// constants otherwise.
  var isLearned: Bool {
    guard let source else { return false }
    return (source.type.isFloatingPoint || type.isFloatingPoint) && source.count > 1
  }

  /// What of the source it is made of.
  var part: StoredPart? { source.map { StoredPart($0, piece: piece) } }

  var rank: Int { shape.count }

  /// The extents as numbers; a constant's are, unless it was made of open extents.
  var extents: [Int]? {
    let numbers = shape.compactMap(\.integerConstant)
    return numbers.count == shape.count ? numbers : nil
  }
}

/// Why a node is not counted.
struct NotCounted: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}
