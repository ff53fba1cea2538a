import ArchAlgebra
import ArchIR
import Microkernels

extension StepBuilder {
  func build(_ activation: ArchIR.Activation) -> PlannedStep {
    guard let function = Microkernels.Activation(activation) else {
      let layer = Softmax(kernels: kernels)
      return unary("softmax", "over the channels", cycles: 2 * Self.curvedCycles * vectors) {
        layer.run($0, to: $1, on: $2)
      }
    }
    let layer = Pointwise(function, kernels: kernels)
    let cycles = function.bounds == nil ? Self.curvedCycles * vectors : 0
    return unary(activation.name, "no operator before it could take it in", cycles: cycles) {
      layer.run($0, to: $1, on: $2)
    }
  }

  func build(_ pool: ArchIR.Pool<Int>) -> PlannedStep {
    let (rows, columns) = pool.axes(height: inputShape.height, width: inputShape.width)
    return pooling(pool.kind, rows, columns)
  }

  func pooling(_ kind: PoolKind, _ rows: PoolAxis, _ columns: PoolAxis) -> PlannedStep {
    let layer = Pooling(kind == .max ? .max : .average, rows: rows, columns: columns, kernels: kernels)
    return unary(
      "\(kind == .max ? "maximum" : "average") pooling", "", family: .window,
      cycles: vectors * Double(max(1, rows.widest * columns.widest))
    ) { layer.run($0, to: $1, on: $2) }
  }

  /// Two operands at a time; the activation goes with the last.
  func addition() -> PlannedStep {
    let values = placement.operands(ofNode: step.main, graph, fusion)
    let result = step.result
    let plain = Addition(kernels: kernels)
    let last = Addition(activation: step.activation, kernels: kernels)
    guard values.count > 1 else { return copy(values[0], last: step.activation) }
    return planned("addition", "no convolution before it could take it in") { context in
      let output = context.view(result)
      for index in 1..<values.count {
        let sum = index == 1 ? context.view(values[0]) : output
        (index == values.count - 1 ? last : plain).run(sum, context.view(values[index]), to: output, on: context.pool)
      }
    }
  }

  func multiplication() -> PlannedStep {
    let values = placement.operands(ofNode: step.main, graph, fusion)
    let result = step.result
    let layer = Multiplication(kernels: kernels)
    guard values.count > 1 else { return copy(values[0], last: .identity) }
    return planned("multiplication", "") { context in
      let output = context.view(result)
      for index in 1..<values.count {
        let product = index == 1 ? context.view(values[0]) : output
        layer.run(product, context.view(values[index]), to: output, on: context.pool)
      }
    }
  }

  private func copy(_ value: Int, last activation: Microkernels.Activation) -> PlannedStep {
    let layer = Pointwise(activation, kernels: kernels)
    return unary("copy", "one operand") { layer.run($0, to: $1, on: $2) }
  }

  func build(_ normalization: Normalization<Int>, _ numbers: LayerWeights) -> PlannedStep {
    let groups = normalization.kind == .group ? normalization.groups : 1
    let layer = StatisticalNormalization(
      perPixel: normalization.kind == .layer, groups: groups, scale: numbers.scale, shift: numbers.shift,
      epsilon: numbers.epsilon)
    return unary(
      normalization.kind.rawValue, "its statistics are those of the activations", family: .gather,
      cycles: Self.statisticsCycles * vectors
    ) {
      layer.run($0, to: $1, on: $2)
    }
  }
}
