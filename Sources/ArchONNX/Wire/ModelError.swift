/// Why a model cannot be read or written, and where.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  /// Where in the file, in bytes.
  public var offset: Int?
  /// The node of the graph.
  public var node: String?
  public var help: String?

  public init(_ message: String, offset: Int? = nil, node: String? = nil, help: String? = nil) {
    self.message = message
    self.offset = offset
    self.node = node
    self.help = help
  }

  public var description: String {
    (node.map { "node '\($0)': " } ?? "") + message + (offset.map { ", at byte \($0)" } ?? "")
  }
}

/// What a file may ask for, so that a few bytes cannot ask for all memory.
public enum ModelLimits {
  /// Messages within messages.
  public static let depth = 64
  /// Fields of one message that are kept.
  public static let fields = 4_000_000
  /// Nodes of one graph.
  public static let nodes = 500_000
  /// Nodes that functions and graphs within a graph are written out as.
  public static let written = 100_000
  /// Bytes of one name.
  public static let name = 65_536
  /// Extents of one tensor.
  public static let rank = 64
  /// Elements of a tensor whose values are followed through shape arithmetic.
  public static let knownElements = 4096
}
