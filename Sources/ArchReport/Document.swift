/// A report before it is decided where it is shown: the renderers make terminal text, Markdown and CSV of it.
public struct Document: Sendable {
  /// A piece of a report, over the whole width.
  public enum Block: Sendable {
    case heading(String)
    case paragraph(String)
    case table(Table)
    /// Names and what they stand for.
    case facts([Fact])
  }

  /// A name and what it stands for.
  public struct Fact: Sendable {
    public var name: String
    /// What the name stands for.
    public var text: String
    /// What is said less loudly beside it.
    public var aside: String

    /// A fact; without an aside the text may take several lines.
    public init(_ name: String, _ text: String, aside: String = "") {
      self.name = name
      self.text = text
      self.aside = aside
    }
  }

  /// From top to bottom.
  public var blocks: [Block] = []

  public init() {}
}

/// Rows of cells under titles; renderers choose units, widths, and which columns there is room for.
public struct Table: Sendable {
  /// A title and what stands under it.
  public struct Column: Sendable {
    /// How cells are set: numbers to the right, bars as wide as there is room.
    public enum Kind: Sendable { case text, number, bar }

    /// Who has a use for a column.
    public enum Audience: Sendable {
      case all
      /// Those who read in a terminal, as it repeats exactly what stands rounded beside it.
      case terminal
      /// Programs that read CSV.
      case programs
    }

    /// What people read above it.
    public var title: String
    /// How its cells are set.
    public var kind: Kind
    /// Columns of the greatest rank go first where there is no room for all.
    public var rank: Int
    /// Who it is shown to.
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

  /// A value, and what kind of value it is: that decides how it is written for whom.
  public enum Cell: Sendable, Hashable {
    case empty
    case text(String)
    /// A count: shown with a unit to people, exactly to programs.
    case count(Int)
    /// A count that is always shown exactly.
    case exact(Int)
    /// A size in memory: shown with a unit to people, in bytes to programs.
    case bytes(Int)
    /// By how much a count or a size in memory is more, with its sign.
    case change(Int, inBytes: Bool = false)
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

  /// A cell for each column.
  public struct Row: Sendable {
    /// How loudly a row is written.
    public enum Emphasis: Sendable { case none, strong, faint }

    /// As many as there are columns.
    public var cells: [Cell]
    /// How loudly it is written.
    public var emphasis: Emphasis
    /// How far its first cell is moved in.
    public var level: Int
    /// Whether a line is drawn above it.
    public var hasRuleBefore: Bool
    /// The dotted name that stands in the first cell for programs, which do not see how far it is moved in.
    public var path: String?
    /// Whether it is of something else, set beside for people: programs that read the column do not get it.
    public var isBeside: Bool

    public init(
      _ cells: [Cell], emphasis: Emphasis = .none, level: Int = 0, hasRuleBefore: Bool = false, path: String? = nil,
      isBeside: Bool = false
    ) {
      self.path = path
      self.isBeside = isBeside
      self.cells = cells
      self.emphasis = emphasis
      self.level = level
      self.hasRuleBefore = hasRuleBefore
    }
  }

  /// From left to right.
  public var columns: [Column]
  /// From top to bottom.
  public var rows: [Row] = []

  /// A table without rows yet.
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
