import ArchIR
import ArchSpec

/// The kernel of the one convolution that a network without anything non-linear is: its answer to impulses.
struct ComposedKernel {
  let outputs: Int
  let inputs: Int
  /// Extents of the image of each answer; the impulse stands in its middle.
  let height: Int
  let width: Int
  /// Output by output, input by input, as an image.
  let values: [[[Double]]]

  /// - Throws: ``Diagnostic`` where an operator is not run here or the image shrinks.
  init(_ network: ScalarNetwork, weights: WeightAssignment = .byConnection, at place: Place) throws {
    let empty = network.emptyInput()
    let rest = try network.run(empty, weights: weights)
    guard rest.height == empty.height, rest.width == empty.width else {
      throw Diagnostic("'\(network.graph.name)' changes the size of the image", at: place, cause: "it is no one kernel")
    }
    inputs = empty.channels
    outputs = rest.channels
    (height, width) = (empty.height, empty.width)
    var values = [[[Double]]](repeating: [], count: rest.channels)
    for channel in 0..<empty.channels {
      var impulse = empty
      impulse[channel, empty.height / 2, empty.width / 2] = 1
      let answer = try network.run(impulse, weights: weights)
      for output in 0..<rest.channels {
        values[output].append(zip(answer.channelValues(output), rest.channelValues(output)).map { $0 - $1 })
      }
    }
    self.values = values
  }

  func answer(_ output: Int, _ input: Int, _ y: Int, _ x: Int) -> Double { values[output][input][y * width + x] }

  /// Pairs of channels that are not connected.
  var zeros: Int { values.reduce(0) { $0 + $1.count { $0.allSatisfy { $0 == 0 } } } }

  /// How far a network is from the convolution with this kernel, cut to an extent, away from the borders; relative to
  /// the greatest output.
  func distance(from network: ScalarNetwork, kernel: (height: Int, width: Int), at place: Place) throws -> Double {
    guard height > 2 * kernel.height, width > 2 * kernel.width else {
      throw Diagnostic("the image is too small for a kernel of \(kernel.height)x\(kernel.width)", at: place)
    }
    try network.spend(operations: outputs * inputs * self.height * self.width * kernel.height * kernel.width)
    let image = network.randomInput()
    let expected = try network.run(image)
    var (distance, greatest) = (0.0, 0.0)
    for output in 0..<outputs {
      for y in kernel.height..<height - kernel.height {
        for x in kernel.width..<width - kernel.width {
          var sum = 0.0
          for input in 0..<inputs {
            for dy in -(kernel.height / 2)...(kernel.height / 2) {
              for dx in -(kernel.width / 2)...(kernel.width / 2) {
                sum += answer(output, input, height / 2 - dy, width / 2 - dx) * image[input, y + dy, x + dx]
              }
            }
          }
          distance = max(distance, (sum - expected[output, y, x]).magnitude)
          greatest = max(greatest, expected[output, y, x].magnitude)
        }
      }
    }
    return greatest == 0 ? distance : distance / greatest
  }

  /// The dimension of the set of kernels that a network can have: the rank of the derivative by its weights, at random
  /// ones. The kernel is linear in each weight, so that a difference is a derivative.
  static func freedom(of network: ScalarNetwork, at place: Place) throws -> Int {
    let base = try ComposedKernel(network, weights: .perturbed(node: -1, index: -1), at: place).flat
    var rows: [[Double]] = []
    for (index, node) in network.graph.nodes.enumerated() {
      guard case .convolution(let convolution) = node.op else { continue }
      let channels = network.graph.nodes[node.inputs[0]].output.channels / convolution.groups
      for weight in 0..<convolution.outputChannels * channels * convolution.kernel[0] * convolution.kernel[1] {
        let moved = try ComposedKernel(network, weights: .perturbed(node: index, index: weight), at: place).flat
        rows.append(zip(moved, base).map { $0 - $1 })
        guard rows.count <= 2_000 else {
          throw Diagnostic(
            "'\(network.graph.name)' has too many weights for this", at: place, help: "take fewer channels")
        }
      }
    }
    let columns = rows.first?.count ?? 0
    try network.spend(operations: rows.count * min(rows.count, columns) * columns)
    return rank(rows)
  }

  private var flat: [Double] { values.flatMap { $0.flatMap { $0 } } }

  /// Gaussian elimination with the greatest pivot of each row.
  private static func rank(_ matrix: [[Double]]) -> Int {
    var rows = matrix
    var rank = 0
    let columns = rows.first?.count ?? 0
    for column in 0..<columns {
      guard rank < rows.count else { break }
      let pivot = (rank..<rows.count).max { rows[$0][column].magnitude < rows[$1][column].magnitude }!
      guard rows[pivot][column].magnitude > 1e-9 else { continue }
      rows.swapAt(rank, pivot)
      for row in rank + 1..<rows.count where rows[row][column] != 0 {
        let factor = rows[row][column] / rows[rank][column]
        for other in column..<columns { rows[row][other] -= factor * rows[rank][other] }
      }
      rank += 1
    }
    return rank
  }
}
