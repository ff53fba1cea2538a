/// A straight line of instructions over registers that computes numerator and denominator of an expression.
///
/// Registers begin with the variables. Powers and products that several terms share are computed once, so that a
/// term costs about two multiplications.
struct Program: Sendable {
  /// `target` is the register written; `a`, `b` and `c` are registers, or indices as the operation says.
  struct Instruction: Sendable {
    enum Operation: UInt8, Sendable {
      /// The constant at index `a`.
      case constant
      case multiply
      /// The sum of the linear terms `a ..< b`.
      case sum
      /// a / b, which integers do only if there is no remainder.
      case divide
      case floor, ceiling, rounded, roundedHalfEven
      case minimum, maximum
      /// a / b made divisible by c.
      case divisible
    }

    var operation: Operation
    var target: Int32
    var a: Int32
    var b: Int32 = 0
    var c: Int32 = 0
  }

  struct LinearTerm: Sendable {
    var coefficient: Int
    var register: Int32
  }

  var instructions: [Instruction] = []
  var linearTerms: [LinearTerm] = []
  var constants: [Int] = []
  var registerCount: Int
  var numerator: Int32 = 0
  var denominator: Int32 = 0
}
