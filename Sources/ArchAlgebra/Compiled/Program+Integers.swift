extension Program {
  /// Numerator and denominator at a point, or `nil` where 64 bits do not suffice, a division leaves a remainder,
  /// or there is no value: the caller then computes with rationals.
  func run(_ values: UnsafeBufferPointer<Int>) -> (numerator: Int, denominator: Int)? {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: registerCount) { registers in
      for index in 0..<values.count { registers[index] = values[index] }
      return instructions.withUnsafeBufferPointer { instructions in
        for instruction in instructions {
          guard let result = value(of: instruction, in: registers) else { return nil }
          registers[Int(instruction.target)] = result
        }
        return (registers[Int(numerator)], registers[Int(denominator)])
      }
    }
  }

  @inline(__always)
  private func value(of instruction: Instruction, in registers: UnsafeMutableBufferPointer<Int>) -> Int? {
    var a: Int { registers[Int(instruction.a)] }
    var b: Int { registers[Int(instruction.b)] }
    switch instruction.operation {
    case .constant: return constants[Int(instruction.a)]
    case .multiply:
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      return overflow ? nil : product
    case .sum: return sum(Int(instruction.a)..<Int(instruction.b), in: registers)
    case .divide: return b == 1 ? a : try? a.exactlyDivided(by: b)
    case .minimum: return min(a, b)
    case .maximum: return max(a, b)
    case .floor: return try? a.floorDivided(by: b)
    case .ceiling: return try? Rational(a, b).ceiling
    case .rounded: return try? Rational(a, b).rounded
    case .roundedHalfEven: return try? Rational(a, b).roundedHalfEven
    case .divisible: return try? Rational(a, b).divisible(by: registers[Int(instruction.c)])
    }
  }

  @inline(__always)
  private func sum(_ range: Range<Int>, in registers: UnsafeMutableBufferPointer<Int>) -> Int? {
    linearTerms.withUnsafeBufferPointer { terms in
      var sum = 0
      for index in range {
        let term = terms[index]
        let (product, overflow1) = term.coefficient
          .multipliedReportingOverflow(by: registers[Int(term.register)])
        let (next, overflow2) = sum.addingReportingOverflow(product)
        if overflow1 || overflow2 { return nil }
        sum = next
      }
      return sum
    }
  }
}
