// Rounding a Double is a call into the C mathematics library, which is linked only where it is imported.
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Program {
  /// The approximate value at a point.
  func run(_ values: UnsafeBufferPointer<Double>) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: registerCount) { registers in
      for index in 0..<values.count { registers[index] = values[index] }
      for instruction in instructions {
        registers[Int(instruction.target)] = value(of: instruction, in: registers)
      }
      return registers[Int(numerator)] / registers[Int(denominator)]
    }
  }

  private func value(of instruction: Instruction, in registers: UnsafeMutableBufferPointer<Double>) -> Double {
    var a: Double { registers[Int(instruction.a)] }
    var b: Double { registers[Int(instruction.b)] }
    switch instruction.operation {
    case .constant: return Double(constants[Int(instruction.a)])
    case .multiply: return a * b
    case .sum:
      return linearTerms[Int(instruction.a)..<Int(instruction.b)].reduce(0) {
        $0 + Double($1.coefficient) * registers[Int($1.register)]
      }
    case .divide: return a / b
    case .minimum: return min(a, b)
    case .maximum: return max(a, b)
    case .floor: return (a / b).rounded(.down)
    case .ceiling: return (a / b).rounded(.up)
    case .rounded: return (a / b).rounded(.toNearestOrAwayFromZero)
    case .roundedHalfEven: return (a / b).rounded(.toNearestOrEven)
    case .divisible:
      let (value, divisor) = (a / b, registers[Int(instruction.c)])
      let shifted = (value + (divisor / 2).rounded(.down)).rounded(.down)
      let nearest = max(divisor, (shifted / divisor).rounded(.down) * divisor)
      return nearest < 0.9 * value ? nearest + divisor : nearest
    }
  }
}
