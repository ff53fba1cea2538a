import ArchAlgebra

public enum RecurrentKind: String, Hashable, Sendable, CaseIterable {
  case plain = "rnn", gru, lstm

  /// Matrices for each input and each state.
  public var gates: Int {
    switch self {
    case .plain: 1
    case .gru: 3
    case .lstm: 4
    }
  }
}

/// A recurrent layer: `[sequence, batch, features]` to `[sequence, directions, batch, hidden]`.
public struct Recurrent<D: Dimension>: Hashable, Sendable {
  public var kind: RecurrentKind
  public var hidden: D
  /// 1, or 2 for a layer that reads the sequence both ways.
  public var directions: Int
  public var hasBias: Bool
  /// Learned connections of the cell state to three gates of an LSTM.
  public var hasPeepholes: Bool
  /// Whether the batch comes first: `[batch, sequence, features]` to `[batch, sequence, directions, hidden]`.
  public var isBatchFirst: Bool

  public init(
    kind: RecurrentKind, hidden: D, directions: Int = 1, hasBias: Bool = true, hasPeepholes: Bool = false,
    isBatchFirst: Bool = false
  ) {
    self.kind = kind
    self.hidden = hidden
    self.directions = directions
    self.hasBias = hasBias
    self.hasPeepholes = hasPeepholes
    self.isBatchFirst = isBatchFirst
  }

  func outputShape(of input: Shape<D>) throws -> Shape<D> {
    guard input.rank == 3 else {
      throw ShapeError("a recurrent layer needs a sequence", .input, cause: "the input has rank \(input.rank)")
    }
    try requirePositive(hidden, .outputChannels, "the hidden size")
    let (first, second) = (input.extents[0], input.extents[1])
    return Shape(
      isBatchFirst ? [first, second, D(directions), hidden] : [first, D(directions), second, hidden])
  }
}
