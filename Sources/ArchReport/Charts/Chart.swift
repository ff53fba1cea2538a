/// A diagram of points over one quantity, in one or several series.
public struct Chart: Sendable {
  public struct Series: Sendable {
    public var name: String
    public var points: [Point]
    /// Whether neighbouring points are joined.
    public var isLine: Bool
    /// Whether points are marked.
    public var hasMarks = true
    /// What stands behind the others, as the points off a front.
    public var isFaint: Bool

    public init(name: String, points: [Point], isLine: Bool = true, isFaint: Bool = false) {
      self.name = name
      self.points = points
      self.isLine = isLine
      self.isFaint = isFaint
    }
  }

  public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double
    /// What is written beside it, where there is room.
    public var label: String?

    public init(x: Double, y: Double, label: String? = nil) {
      self.x = x
      self.y = y
      self.label = label
    }
  }

  /// A broken line across the diagram, as a bound or a target.
  public struct Rule: Sendable {
    public var value: Double
    public var name: String
    /// Whether it stands at a value of x; else it lies at a value of y.
    public var isUpright: Bool

    public init(_ value: Double, name: String, isUpright: Bool = false) {
      self.value = value
      self.name = name
      self.isUpright = isUpright
    }
  }

  public struct Axis: Sendable {
    public var title: String
    /// What numbers are in, as MACs or bytes; empty for plain numbers.
    public var unit: String

    public init(_ title: String, unit: String = "") {
      self.title = title
      self.unit = unit
    }

    /// `multiply-adds (MACs)`
    public var text: String { title + (unit.isEmpty ? "" : " (\(unit))") }
  }

  public var title: String
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  public var rules: [Rule]
  /// A point with a ring around it, as the optimum.
  public var emphasis: Point?

  public init(title: String, x: Axis, y: Axis, series: [Series], rules: [Rule] = [], emphasis: Point? = nil) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.rules = rules
    self.emphasis = emphasis
  }

  private var points: [Point] { series.flatMap(\.points) }

  /// Where an axis begins and ends, and where it has ticks.
  var horizontal: Scale {
    Scale.spread(points.map(\.x) + rules.filter(\.isUpright).map(\.value))
  }
  var vertical: Scale { Scale(points.map(\.y) + rules.filter { !$0.isUpright }.map(\.value), fromZero: true) }
}

/// What a command draws.
public enum Drawing: Sendable {
  case chart(Chart)
  case map(HeatMap)
  case shares(ShareChart)
}

/// A quantity over a grid of two others: a cell for each pair of values.
public struct HeatMap: Sendable {
  public var title: String
  public var x: Chart.Axis
  public var y: Chart.Axis
  public var value: Chart.Axis
  /// The values along the two axes, ascending.
  public var columns: [String]
  public var rows: [String]
  /// For each row its cells; `nil` where there is nothing.
  public var cells: [[Double?]]

  public init(
    title: String, x: Chart.Axis, y: Chart.Axis, value: Chart.Axis, columns: [String], rows: [String],
    cells: [[Double?]]
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.value = value
    self.columns = columns
    self.rows = rows
    self.cells = cells
  }

  var scale: Scale { Scale(cells.joined().compactMap { $0 }, fromZero: true) }
}

/// How some totals are made up of the same parts: a bar for each part and total.
public struct ShareChart: Sendable {
  public struct Part: Sendable {
    public var name: String
    /// The share of each total, 0 … 1.
    public var shares: [Double]

    public init(name: String, shares: [Double]) {
      self.name = name
      self.shares = shares
    }
  }

  public var title: String
  /// What the totals are of, with their values.
  public var totals: [String]
  public var parts: [Part]

  public init(title: String, totals: [String], parts: [Part]) {
    self.title = title
    self.totals = totals
    self.parts = parts
  }

  var scale: Scale { Scale(parts.flatMap(\.shares).map { $0 * 100 }, fromZero: true) }
}
