import ArchRuntime
import Microkernels
import Testing

@Suite("Pooling") struct PoolingTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var window: Int
    var stride: Int
    var padding: Int
    var ceil = false
    var countsPadding = true
    var testDescription: String {
      "\(window)/\(stride) padding \(padding)\(ceil ? " ceil" : "")\(countsPadding ? "" : " inside only")"
    }
  }

  static let cases = [
    Case(window: 1, stride: 1, padding: 0), Case(window: 2, stride: 2, padding: 0),
    Case(window: 3, stride: 2, padding: 1),
    Case(window: 3, stride: 2, padding: 0, ceil: true), Case(window: 3, stride: 1, padding: 1, countsPadding: false),
    Case(window: 3, stride: 2, padding: 1, ceil: true), Case(window: 5, stride: 3, padding: 2, countsPadding: false),
  ]

  private func views(_ x: ReferenceTensor, _ axis: (PoolAxis, PoolAxis), _ lanes: Int) -> (GuardedTensor, GuardedTensor)
  {
    (
      GuardedTensor(x, lanes: lanes),
      GuardedTensor(images: x.images, channels: x.channels, height: axis.0.count, width: axis.1.count, lanes: lanes)
    )
  }

  @Test("sliding windows", arguments: cases, InstructionSet.here)
  func sliding(_ test: Case, _ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let x = Numbers.tensor(Numbers.small, 1, images: 2, channels: 21, height: 9, width: 12)
    func axis(_ size: Int) -> PoolAxis {
      PoolAxis(
        size: size, window: test.window, stride: test.stride, before: test.padding, after: test.padding,
        ceil: test.ceil, countsPadding: test.countsPadding)
    }
    let axes = (axis(9), axis(12))
    let (input, output) = views(x, axes, kernels.lanes)
    for threads in [1, 3] {
      let pool = ThreadPool(threads: threads)
      Pooling(.max, rows: axes.0, columns: axes.1, kernels: kernels).run(input.view, to: output.view, on: pool)
      #expect(
        output.values
          == x.maxPooled(
            kernelHeight: test.window, kernelWidth: test.window, strideHeight: test.stride, strideWidth: test.stride,
            top: test.padding, left: test.padding, outputHeight: axes.0.count, outputWidth: axes.1.count))
      Pooling(.average, rows: axes.0, columns: axes.1, kernels: kernels).run(input.view, to: output.view, on: pool)
      let expected = x.averagePooled(
        kernelHeight: test.window, kernelWidth: test.window, strideHeight: test.stride, strideWidth: test.stride,
        padding: (test.padding, test.padding, test.padding, test.padding), countsPadding: test.countsPadding,
        outputHeight: axes.0.count, outputWidth: axes.1.count)
      expectClose(output.values, expected) { _ in 4e-6 }
    }
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }

  @Test("a window that sees a NaN has none but NaN for a maximum", arguments: InstructionSet.here)
  func notANumber(_ isa: InstructionSet) {
    let kernels = Kernels(isa)
    var x = Numbers.tensor(Numbers.small, 1, channels: 3, height: 7, width: 8)
    x[0, 1, 3, 4] = .nan
    let axes = (
      PoolAxis(size: 7, window: 3, stride: 2, before: 1, after: 1),
      PoolAxis(size: 8, window: 3, stride: 2, before: 1, after: 1)
    )
    let (input, output) = views(x, axes, kernels.lanes)
    Pooling(.max, rows: axes.0, columns: axes.1, kernels: kernels)
      .run(input.view, to: output.view, on: ThreadPool(threads: 1))
    let expected = x.maxPooled(
      kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, top: 1, left: 1, outputHeight: axes.0.count,
      outputWidth: axes.1.count)
    let values = output.values
    #expect(values.values.map(\.isNaN) == expected.values.map(\.isNaN))
    #expect(zip(values.values, expected.values).allSatisfy { $0 == $1 || $0.isNaN })
    // Row 3 lies in the windows of two output rows, column 4 in one output column.
    #expect(values.values.indices.filter { values.values[$0].isNaN } == [16 + 4 + 2, 16 + 8 + 2])
  }

  @Test("dilated pools", arguments: InstructionSet.here, [(2, 2), (1, 2), (3, 1)])
  func dilated(_ isa: InstructionSet, _ dilation: (rows: Int, columns: Int)) {
    let kernels = Kernels(isa)
    let x = Numbers.tensor(Numbers.small, 1, channels: 5, height: 9, width: 11)
    func axis(_ size: Int, _ dilation: Int) -> PoolAxis {
      PoolAxis(size: size, window: 3, stride: 1, before: 1, after: 1, dilation: dilation)
    }
    let (rows, columns) = (axis(9, dilation.rows), axis(11, dilation.columns))
    let (input, output) = views(x, (rows, columns), kernels.lanes)
    let pool = ThreadPool(threads: 1)
    Pooling(.max, rows: rows, columns: columns, kernels: kernels).run(input.view, to: output.view, on: pool)
    #expect(
      output.values
        == x.maxPooled(
          kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1, dilationHeight: dilation.rows,
          dilationWidth: dilation.columns, top: 1, left: 1, outputHeight: rows.count, outputWidth: columns.count))
    Pooling(.average, rows: rows, columns: columns, kernels: kernels).run(input.view, to: output.view, on: pool)
    let expected = x.averagePooled(
      kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1, dilationHeight: dilation.rows,
      dilationWidth: dilation.columns, padding: (1, 1, 1, 1), countsPadding: true, outputHeight: rows.count,
      outputWidth: columns.count)
    expectClose(output.values, expected) { _ in 4e-6 }
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }

  @Test("adaptive and global averages", arguments: InstructionSet.here, [1, 3, 7])
  func adaptive(_ isa: InstructionSet, _ size: Int) {
    let kernels = Kernels(isa)
    let x = Numbers.tensor(Numbers.normal, 1, images: 2, channels: 19, height: 7, width: 10)
    let axes = (PoolAxis(size: 7, adaptiveTo: size), PoolAxis(size: 10, adaptiveTo: size))
    let (input, output) = views(x, axes, kernels.lanes)
    Pooling(.average, rows: axes.0, columns: axes.1, kernels: kernels)
      .run(input.view, to: output.view, on: ThreadPool(threads: 1))
    expectClose(output.values, x.adaptivelyAveraged(height: size, width: size)) { _ in 4e-6 }
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }
}
