import ArchRuntime
import Microkernels
import Testing

@Suite("Pointwise operators") struct PointwiseTests {
  static let functions: [Activation] = [
    .identity, .relu, .relu6, .leakyRelu(slope: 0.1), .sigmoid, .hardSigmoid, .silu, .hardSwish, .tanh, .gelu,
    .exponential,
  ]

  @Test("activations follow their definition", arguments: functions, InstructionSet.here)
  func activations(_ function: Activation, _ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let tiny: [Float] = [0, -0.0, 1e-30, -1e-20, 1e-6, -1e-4, 0.01, -80, 80, -87, 88, 50, -50, 3, -3, 0.625, -0.626]
    let x = ReferenceTensor(
      channels: 7, height: 5, width: 20,
      values: (0..<700).map { $0 < tiny.count ? tiny[$0] : Float($0 - 350) * 0.0371 })
    let input = GuardedTensor(x, lanes: kernels.lanes)
    let output = GuardedTensor(channels: 7, height: 5, width: 20, lanes: kernels.lanes)
    Pointwise(function, kernels: kernels)
      .run(input.view, to: output.view, on: ThreadPool(threads: 1))
    let expected = x.activated(function)
    // Relative 1e-6, and 3e-7 of the argument where the function itself is near zero.
    expectClose(output.values, expected) { 1e-6 * abs(expected.values[$0]) + 3e-7 * min(1, abs(x.values[$0])) }
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }

  @Test("far out, activations saturate without a NaN", arguments: functions, InstructionSet.here)
  func extremes(_ function: Activation, _ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let x = ReferenceTensor(channels: 1, height: 1, width: 4, values: [1e30, -1e30, 1000, -1000])
    let input = GuardedTensor(x, lanes: kernels.lanes)
    let output = GuardedTensor(channels: 1, height: 1, width: 4, lanes: kernels.lanes)
    Pointwise(function, kernels: kernels)
      .run(input.view, to: output.view, on: ThreadPool(threads: 1))
    #expect(output.values.values.allSatisfy { !$0.isNaN })
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }

  @Test("addition, multiplication, gate, affine", arguments: InstructionSet.here)
  func sums(_ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let pool = ThreadPool(threads: 2)
    let a = Numbers.tensor(Numbers.small, 1, images: 2, channels: 21, height: 3, width: 5)
    let b = Numbers.tensor(Numbers.small, 2, images: 2, channels: 21, height: 3, width: 5)
    let gate = Numbers.tensor(Numbers.small, 3, images: 2, channels: 21, height: 1, width: 1)
    func guarded(_ x: ReferenceTensor) -> GuardedTensor { GuardedTensor(x, lanes: kernels.lanes) }
    let (left, right, single) = (guarded(a), guarded(b), guarded(gate))
    let output = GuardedTensor(images: 2, channels: 21, height: 3, width: 5, lanes: kernels.lanes)
    Addition(activation: .relu6, kernels: kernels).run(left.view, right.view, to: output.view, on: pool)
    #expect(output.values == (a + b).activated(.relu6))
    Multiplication(kernels: kernels).run(left.view, right.view, to: output.view, on: pool)
    #expect(output.values == a * b)
    Multiplication(kernels: kernels).run(left.view, single.view, to: output.view, on: pool)
    #expect(output.values == a * gate)
    let scale = Numbers.small(21, 4)
    let shift = Numbers.small(21, 5)
    ChannelAffine(scale: scale, shift: shift, activation: .relu, kernels: kernels)
      .run(left.view, to: output.view, on: pool)
    #expect(output.values == a.scaled(by: scale, shift: shift).activated(.relu))
    for tensor in [left, right, single, output] { #expect(tensor.guardsAreIntact) }
  }

  @Test("softmax sums to one", arguments: InstructionSet.here)
  func softmax(_ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let x = Numbers.tensor(Numbers.normal, 1, images: 2, channels: 37, height: 2, width: 3)
    let input = GuardedTensor(x, lanes: kernels.lanes)
    let output = GuardedTensor(images: 2, channels: 37, height: 2, width: 3, lanes: kernels.lanes)
    Softmax(kernels: kernels)
      .run(input.view, to: output.view, on: ThreadPool(threads: 1))
    let expected = x.softmax()
    expectClose(output.values, expected) { 2e-6 * expected.values[$0] }
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }

  @Test("local response normalisation", arguments: InstructionSet.here, [1, 5, 4])
  func responseNormalization(_ isa: InstructionSet, _ size: Int) {
    let kernels = Kernels(isa)
    let x = Numbers.tensor(Numbers.normal, 1, channels: 21, height: 3, width: 4)
    let input = GuardedTensor(x, lanes: kernels.lanes)
    let output = GuardedTensor(channels: 21, height: 3, width: 4, lanes: kernels.lanes)
    LocalResponseNormalization(size: size, alpha: 0.3, beta: 0.75, k: 2, kernels: kernels)
      .run(input.view, to: output.view, on: ThreadPool(threads: 1))
    let expected = x.responseNormalized(size: size, alpha: 0.3, beta: 0.75, k: 2)
    expectClose(output.values, expected) { 2e-6 * abs(expected.values[$0]) }
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }
}
