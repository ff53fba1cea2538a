/// A report before it is decided where it is shown: the renderers make terminal text, Markdown and CSV of it.
public struct Document: Sendable {
  public enum Block: Sendable {
    case heading(String)
    case paragraph(String)
    case table(Table)
    /// Names and what they stand for.
    case facts([Fact])
  }

  public struct Fact: Sendable {
    public var name: String
    public var text: String
    /// What is said less loudly beside it.
    public var aside: String

    public init(_ name: String, _ text: String, aside: String = "") {
      self.name = name
      self.text = text
      self.aside = aside
    }
  }

  public var blocks: [Block] = []

  public init() {}
}

public struct Table: Sendable {
  public struct Column: Sendable {
    public enum Kind: Sendable { case text, number, bar }

    /// Who has a use for a column.
    public enum Audience: Sendable {
      case all
      /// Those who read in a terminal, as it repeats exactly what stands rounded beside it.
      case terminal
      /// Programs that read CSV.
      case programs
    }

    public var title: String
    public var kind: Kind
    /// Columns of the greatest rank go first where there is no room for all.
    public var rank: Int
    public var audience: Audience
    /// What programs call it: unlike titles, no two columns have the same.
    public var name: String

    public init(
      _ title: String, _ kind: Kind = .text, rank: Int = 0, for audience: Audience = .all, name: String? = nil
    ) {
      self.title = title
      self.kind = kind
      self.rank = rank
      self.audience = audience
      self.name = name ?? title
    }

    /// A count that is shown with a unit, once more with all its digits where there is room.
    public static func exact(_ title: String, rank: Int) -> Column {
      Column("exact \(title)", .number, rank: rank, for: .terminal)
    }
  }

  public enum Cell: Sendable, Hashable {
    case empty
    case text(String)
    /// A count: shown with a unit to people, exactly to programs.
    case count(Int)
    /// A count that is always shown exactly.
    case exact(Int)
    /// A size in memory: shown with a unit to people, in bytes to programs.
    case bytes(Int)
    /// A number with so many digits after the point.
    case decimal(Double, digits: Int)
    /// A ratio, shown as a multiple: `3.69×`.
    case factor(Double)
    /// A share, 0 … 1, shown as a per cent.
    case share(Double)
    /// A relative difference, shown as a signed per cent.
    case difference(Double)
    /// A share, shown as a bar.
    case bar(Double)
  }

  public struct Row: Sendable {
    public enum Emphasis: Sendable { case none, strong, faint }

    public var cells: [Cell]
    public var emphasis: Emphasis
    /// How far its first cell is moved in.
    public var level: Int
    public var hasRuleBefore: Bool
    /// The dotted name that stands in the first cell for programs, which do not see how far it is moved in.
    public var path: String?

    public init(
      _ cells: [Cell], emphasis: Emphasis = .none, level: Int = 0, hasRuleBefore: Bool = false, path: String? = nil
    ) {
      self.path = path
      self.cells = cells
      self.emphasis = emphasis
      self.level = level
      self.hasRuleBefore = hasRuleBefore
    }
  }

  public var columns: [Column]
  public var rows: [Row] = []

  public init(_ columns: [Column]) { self.columns = columns }

  /// Takes out the columns in which no row says anything.
  mutating func removeEmptyColumns() {
    let kept = columns.indices.filter { column in
      rows.contains { $0.cells[column] != .empty && $0.cells[column] != .text("") }
    }
    columns = kept.map { columns[$0] }
    for row in rows.indices { rows[row].cells = kept.map { rows[row].cells[$0] } }
  }
}
