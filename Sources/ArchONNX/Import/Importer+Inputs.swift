import ArchAlgebra
import ArchIR

// The network's inputs, and the extents that the file leaves open.

extension Importer {
  mutating func addInput(_ input: DeclaredShape, _ index: Int) throws {
    guard let declared = input.extents else {
      return try define(input.name, .missing("the shape of input '\(input.name)' is not told"), by: input.name)
    }
    var extents: [Expr] = []
    let replaced = index == 0 ? options.input : nil
    if let replaced, replaced.count != declared.count - 1 {
      throw ModelError(
        "input '\(input.name)' has \(declared.count - 1) extents after the batch, not \(replaced.count)")
    }
    for (axis, extent) in declared.enumerated() {
      let override = axis == 0 ? options.batch : replaced?[axis - 1]
      switch extent {
      case .value(let value): extents.append(Expr(override ?? value))
      case .parameter(let name):
        extents.append(open(name, input.name, axis, Self.letter(axis, declared.count, index), override))
      case .unknown:
        let letter = Self.letter(axis, declared.count, index)
        extents.append(open(letter ?? "\(input.name).\(axis)", input.name, axis, letter, override))
      }
    }
    let node = Node(name: input.name, op: Op<Expr>.input, inputs: [], output: Shape(extents))
    let index = append(node, origin: input.name)
    if !input.type.isFloatingPoint {
      details[index, default: .init()].loss = "the input takes other numbers than floating-point"
    }
    try define(input.name, .node(index), by: input.name)
  }

  /// The letters of papers for the extents of an image, which the first input is taken for.
  private static func letter(_ axis: Int, _ rank: Int, _ index: Int) -> String? {
    let letters = rank == 4 ? ["N", "C", "H", "W"] : ["N"]
    return index == 0 && axis < letters.count ? letters[axis] : nil
  }

  private var bound: [String: Int] { options.values }

  /// - Parameter override: a value that is given by the extent's place; it holds wherever the name stands.
  private mutating func open(_ name: String, _ input: String, _ axis: Int, _ letter: String?, _ override: Int?) -> Expr
  {
    if let value = bound[name] ?? overrides[name] ?? override {
      overrides[name] = value
      return Expr(value)
    }
    if let known = symbols.first(where: { $0.name == name }) { return Expr(known.symbol) }
    let symbol = Symbol(Self.symbol(for: letter ?? name, taken: Set(symbols.map(\.symbol.name))))
    symbols.append(OpenExtent(name: name, symbol: symbol, input: input, axis: axis))
    known.declareInteger(symbol)
    known.declare(symbol, atLeast: .one)
    return Expr(symbol)
  }

  /// A name that can stand in a formula: letters, digits and underscores.
  private static func symbol(for name: String, taken: Set<String>) -> String {
    let kept = name.unicodeScalars.map { scalar in
      scalar.isASCII && !(scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        ? "_" : Character(scalar)
    }
    var symbol = String(kept.prefix(64))
    if symbol.first?.isNumber != false { symbol = "n" + symbol }
    var candidate = symbol
    var count = 2
    while taken.contains(candidate) {
      candidate = "\(symbol)_\(count)"
      count += 1
    }
    return candidate
  }

  /// The shape that the file declares of a tensor, if all of it is known.
  func declaredShape(_ name: String) -> [Expr]? {
    guard let extents = frames[frames.count - 1].declared[name]?.extents else { return nil }
    var shape: [Expr] = []
    for extent in extents {
      switch extent {
      case .value(let value): shape.append(Expr(value))
      case .parameter(let name):
        if let value = options.values[name] ?? overrides[name] {
          shape.append(Expr(value))
        } else if let open = symbols.first(where: { $0.name == name }) {
          shape.append(Expr(open.symbol))
        } else {
          return nil
        }
      case .unknown: return nil
      }
    }
    return shape
  }
}
