/// Translates an expression into a ``Program``, bottom-up, each shared part once.
struct ProgramBuilder {
  /// Registers of a numerator and a denominator; no denominator stands for one.
  private struct Quotient {
    var numerator: Int32
    var denominator: Int32?
  }

  private var program: Program
  private var variables: [Symbol: Int32] = [:]
  private var calls: [Call: Int32] = [:]
  private var monomials: [Monomial: Int32] = [:]
  private var constants: [Int: Int32] = [:]

  static func program(for expr: Expr, variables: [Symbol]) throws -> Program {
    var builder = ProgramBuilder(variables: variables)
    let quotient = try builder.quotient(expr)
    builder.program.numerator = quotient.numerator
    builder.program.denominator = quotient.denominator ?? builder.constant(1)
    return builder.program
  }

  private init(variables: [Symbol]) {
    program = Program(registerCount: variables.count)
    for (index, symbol) in variables.enumerated() where self.variables[symbol] == nil {
      self.variables[symbol] = Int32(index)
    }
  }

  private mutating func quotient(_ expr: Expr) throws -> Quotient {
    let polynomial = expr.polynomial
    if let constant = expr.constant, let integer = constant.integer {
      return Quotient(numerator: self.constant(integer))
    }
    var scale = 1
    var denominator = Monomial.one
    for term in polynomial.terms {
      scale = try leastCommonMultiple(scale, term.coefficient.denominator)
      denominator = try denominator.combined(with: term.monomial) { max($0, try 0.subtracting($1)) }
    }
    let numerator = try polynomial.multiplied(
      by: Polynomial.Term(monomial: denominator, coefficient: Rational(scale)))
    let top = try sum(numerator)
    if scale == 1, denominator.isOne { return Quotient(numerator: top) }
    let bottom = try sum(
      Polynomial(terms: [Polynomial.Term(monomial: denominator, coefficient: Rational(scale))]))
    return Quotient(numerator: top, denominator: bottom)
  }

  /// A polynomial with integer coefficients and no denominators.
  private mutating func sum(_ polynomial: Polynomial) throws -> Int32 {
    if polynomial.terms.count == 1, polynomial.leading.coefficient == .one {
      return try register(of: polynomial.leading.monomial)
    }
    let terms = try polynomial.terms.map {
      Program.LinearTerm(coefficient: $0.coefficient.numerator, register: try register(of: $0.monomial))
    }
    let start = program.linearTerms.count
    program.linearTerms += terms
    return emit(.sum, Int32(start), Int32(program.linearTerms.count))
  }

  private mutating func register(of monomial: Monomial) throws -> Int32 {
    if let known = monomials[monomial] { return known }
    guard let last = monomial.factors.last else { return constant(1) }
    let register: Int32
    if monomial.factors.count > 1 {
      // All but the last factor: terms in lexicographic order share their beginnings.
      let front = try self.register(of: Monomial(factors: Array(monomial.factors.dropLast())))
      let back = try self.register(of: Monomial(last.atom, last.exponent))
      register = emit(.multiply, front, back)
    } else if last.exponent == 1 {
      register = try self.register(of: last.atom)
    } else {
      let half = try self.register(of: Monomial(last.atom, last.exponent / 2))
      let rest = try self.register(of: Monomial(last.atom, last.exponent - last.exponent / 2))
      register = emit(.multiply, half, rest)
    }
    monomials[monomial] = register
    return register
  }

  private mutating func register(of atom: Atom) throws -> Int32 {
    switch atom {
    case .symbol(let symbol):
      guard let variable = variables[symbol] else { throw ArithmeticError.undefinedSymbol(symbol.name) }
      return variable
    case .call(let call):
      if let known = calls[call] { return known }
      let register = try self.register(of: call)
      calls[call] = register
      return register
    }
  }

  private mutating func register(of call: Call) throws -> Int32 {
    func operation(_ function: Function) -> Program.Instruction.Operation? {
      switch function {
      case .floor: .floor
      case .ceiling: .ceiling
      case .rounded: .rounded
      case .roundedHalfEven: .roundedHalfEven
      case .minimum: .minimum
      case .maximum: .maximum
      case .divisible: .divisible
      case .sum: nil
      }
    }
    let first = try quotient(call.arguments[0])
    guard let operation = operation(call.function) else { return value(first) }
    switch operation {
    case .minimum, .maximum:
      return try call.arguments.dropFirst().reduce(value(first)) { best, argument in
        let next = try quotient(argument)
        return emit(operation, best, value(next))
      }
    default:
      let divisor = operation == .divisible ? value(try quotient(call.arguments[1])) : 0
      return emit(operation, first.numerator, first.denominator ?? constant(1), divisor)
    }
  }

  /// A quotient as one register.
  private mutating func value(_ quotient: Quotient) -> Int32 {
    guard let denominator = quotient.denominator else { return quotient.numerator }
    return emit(.divide, quotient.numerator, denominator)
  }

  private mutating func constant(_ value: Int) -> Int32 {
    if let known = constants[value] { return known }
    program.constants.append(value)
    let register = emit(.constant, Int32(program.constants.count - 1))
    constants[value] = register
    return register
  }

  private mutating func emit(
    _ operation: Program.Instruction.Operation, _ a: Int32, _ b: Int32 = 0, _ c: Int32 = 0
  ) -> Int32 {
    let target = Int32(program.registerCount)
    program.registerCount += 1
    program.instructions.append(
      Program.Instruction(operation: operation, target: target, a: a, b: b, c: c))
    return target
  }
}
