import ArchSpec

/// The CSV of a sweep over numbers of which nothing but costs is asked, made without a row in between.
///
/// Each value of an axis is spelled out once, and from a point to the next only the axes that move are looked at; what
/// is left of a point is its formulas and their digits. The bytes are those of ``SweepColumns/csv(_:into:)``.
public struct SweepLines: Sendable {
  /// An axis: the integers that stand for its values, and how these are written.
  private struct Column {
    var numerators: [Int] = []
    var texts: [[UInt8]] = []
  }

  private let columns: [Column]
  /// Positions of the axes that move together; the last group runs fastest.
  private let groups: [Range<Int>]
  private var engine: SweepEngine
  private let width: Int

  /// Values of all axes together that are spelled out beforehand.
  private static let mostValues = 1 << 17

  /// - Returns: `nil` where an axis is no number, or too long to be spelled out.
  /// - Throws: ``ArithmeticError`` where a value cannot be held.
  public init?(_ engine: SweepEngine) throws {
    let space = engine.space
    guard engine.isNumeric, space.axes.reduce(0, { $0 + min($1.count, Self.mostValues + 1) }) <= Self.mostValues else {
      return nil
    }
    self.engine = engine
    columns = try space.axes.indices.map { axis in
      var column = Column()
      for index in 0..<space.axes[axis].count {
        let value = try space.axes[axis].value(at: index)
        column.numerators.append(try engine.numerator(of: value, axis: axis))
        column.texts.append(Array(value.description.utf8))
      }
      return column
    }
    let first = space.joined > 0 ? [0..<space.joined] : []
    groups = first + (space.joined..<space.axes.count).map { $0..<($0 + 1) }
    let longest = columns.reduce(0) { $0 + ($1.texts.map(\.count).max() ?? 0) + 1 }
    width = longest + engine.metrics.count * (DecimalDigits.mostDigits + 1) + 2
  }

  /// The lines of some points.
  ///
  /// - Throws: ``ArithmeticError`` where a cost leaves the range of integers.
  public mutating func csv(_ points: Range<Int>) throws -> [UInt8] {
    var engine = engine
    defer { self.engine = engine }
    // The value that each group is at.
    var places = [Int](repeating: 0, count: groups.count)
    var rest = points.lowerBound
    for group in groups.indices.reversed() {
      let count = columns[groups[group].lowerBound].texts.count
      (rest, places[group]) = rest.quotientAndRemainder(dividingBy: count)
    }
    var numerators = [Int](repeating: 0, count: columns.count)
    for (group, axes) in groups.enumerated() {
      for axis in axes { numerators[axis] = columns[axis].numerators[places[group]] }
    }
    var costs: [Int] = []
    costs.reserveCapacity(engine.metrics.count)
    let space = engine.space
    return try [UInt8](unsafeUninitializedCapacity: points.count * width) { bytes, count in
      var line = LineWriter(bytes.baseAddress!)
      for point in points {
        for (group, axes) in groups.enumerated() {
          for axis in axes { line.add(columns[axis].texts[places[group]], comma: axis > 0) }
        }
        costs.removeAll(keepingCapacity: true)
        if engine.evaluate(numerators: numerators, into: &costs) == nil {
          _ = try engine.evaluate(space.values(at: point), into: &costs)
        }
        for index in engine.metrics.indices {
          if index > 0 || !columns.isEmpty { line.add(UInt8(ascii: ",")) }
          if index < costs.count { line.add(costs[index]) }
        }
        line.add(UInt8(ascii: "\r"))
        line.add(UInt8(ascii: "\n"))
        for group in groups.indices.reversed() {
          places[group] += 1
          let isOver = places[group] == columns[groups[group].lowerBound].texts.count
          if isOver { places[group] = 0 }
          for axis in groups[group] { numerators[axis] = columns[axis].numerators[places[group]] }
          if !isOver { break }
        }
      }
      count = line.position - bytes.baseAddress!
    }
  }
}

/// Appends bytes to memory that is known to suffice.
private struct LineWriter {
  private(set) var position: UnsafeMutablePointer<UInt8>

  init(_ start: UnsafeMutablePointer<UInt8>) { position = start }

  @inline(__always)
  mutating func add(_ byte: UInt8) {
    position.initialize(to: byte)
    position += 1
  }

  @inline(__always)
  mutating func add(_ text: [UInt8], comma: Bool) {
    if comma { add(UInt8(ascii: ",")) }
    text.withUnsafeBufferPointer { position.initialize(from: $0.baseAddress!, count: $0.count) }
    position += text.count
  }

  mutating func add(_ value: Int) { position += DecimalDigits.write(value, to: position) }
}
