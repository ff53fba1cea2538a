import ArchAlgebra
import ArchIR

/// A convolution's weights written out in full: (output channels, input channels, rows, columns), zeros where a grouped
/// convolution has no connection.
///
/// What convolutions are to each other is arithmetic on these: one after the other is a product of polynomials in the
/// shifts of the image with matrices for coefficients, groups are a block-diagonal matrix, a shuffle is a permutation
/// matrix. Two descriptions compute the same linear function if their kernels are the same.
public struct DenseKernel: Equatable, Sendable {
  public let outputChannels: Int
  public let inputChannels: Int
  public let height: Int
  public let width: Int
  public private(set) var weights: [Double]

  /// All zeros.
  public init(outputChannels: Int, inputChannels: Int, height: Int = 1, width: Int = 1) {
    (self.outputChannels, self.inputChannels, self.height, self.width) = (outputChannels, inputChannels, height, width)
    weights = [Double](repeating: 0, count: outputChannels * inputChannels * height * width)
  }

  /// The block-diagonal kernel of a grouped convolution.
  ///
  /// - weights: (output channels, input channels of a group, height, width), as a layer has them.
  public init(
    weights: [Float], outputChannels: Int, inputChannels: Int, groups: Int = 1, height: Int = 1, width: Int = 1
  ) {
    precondition(outputChannels % groups == 0 && inputChannels % groups == 0, "groups divide the channels")
    let (outputs, inputs) = (outputChannels / groups, inputChannels / groups)
    precondition(weights.count == outputChannels * inputs * height * width)
    self.init(outputChannels: outputChannels, inputChannels: inputChannels, height: height, width: width)
    for output in 0..<outputChannels {
      for input in 0..<inputs {
        for row in 0..<height {
          for column in 0..<width {
            let value = weights[((output * inputs + input) * height + row) * width + column]
            self[output, output / outputs * inputs + input, row, column] = Double(value)
          }
        }
      }
    }
  }

  /// Output channel c is input channel `order[c]`: a shuffle, a permutation, a slice, a repetition.
  public init(gathering order: [Int], of inputChannels: Int) {
    self.init(outputChannels: order.count, inputChannels: inputChannels)
    for (output, input) in order.enumerated() { self[output, input, 0, 0] = 1 }
  }

  public subscript(output: Int, input: Int, row: Int, column: Int) -> Double {
    get { weights[((output * inputChannels + input) * height + row) * width + column] }
    set { weights[((output * inputChannels + input) * height + row) * width + column] = newValue }
  }

  /// The order of a channel shuffle: channels as a (groups, channels / groups) matrix, transposed (ShuffleNet,
  /// interleaved group convolution).
  public static func shuffleOrder(channels: Int, groups: Int) -> [Int] {
    let each = channels / groups
    return (0..<channels).map { $0 % groups * each + $0 / groups }
  }

  /// This convolution, then `next`: one convolution whose kernel spans both.
  ///
  /// It is the same function where nothing stands between them, both have stride and dilation 1, and no output sees a
  /// border that lies between them: the first has its padding, the second none.
  public func followed(by next: DenseKernel) -> DenseKernel {
    precondition(next.inputChannels == outputChannels, "what comes out goes in")
    var result = DenseKernel(
      outputChannels: next.outputChannels, inputChannels: inputChannels, height: height + next.height - 1,
      width: width + next.width - 1)
    for output in 0..<next.outputChannels {
      for middle in 0..<outputChannels {
        for (row, column) in next.taps {
          let factor = next[output, middle, row, column]
          guard factor != 0 else { continue }
          for input in 0..<inputChannels {
            for (ownRow, ownColumn) in taps {
              result[output, input, row + ownRow, column + ownColumn] += factor * self[middle, input, ownRow, ownColumn]
            }
          }
        }
      }
    }
    return result
  }

  /// Both on the same input, the outputs one after the other.
  public func concatenated(with other: DenseKernel) -> DenseKernel {
    precondition(inputChannels == other.inputChannels && height == other.height && width == other.width)
    var result = DenseKernel(
      outputChannels: outputChannels + other.outputChannels, inputChannels: inputChannels, height: height, width: width)
    result.weights = weights + other.weights
    return result
  }

  /// Both on the same input, the outputs added up.
  public static func + (a: DenseKernel, b: DenseKernel) -> DenseKernel {
    precondition(a.outputChannels == b.outputChannels && a.inputChannels == b.inputChannels)
    precondition(a.height == b.height && a.width == b.width)
    var result = a
    for index in a.weights.indices { result.weights[index] += b.weights[index] }
    return result
  }

  /// Only some outputs and inputs: the kernel of a path or a group.
  public func part(outputs: Range<Int>, inputs: Range<Int>) -> DenseKernel {
    var result = DenseKernel(outputChannels: outputs.count, inputChannels: inputs.count, height: height, width: width)
    for (output, from) in outputs.enumerated() {
      for (input, source) in inputs.enumerated() {
        for (row, column) in taps { result[output, input, row, column] = self[from, source, row, column] }
      }
    }
    return result
  }

  /// The outputs times a factor each: a normalisation, folded in.
  public func scaled(by factors: [Double]) -> DenseKernel {
    precondition(factors.count == outputChannels)
    var result = self
    let each = inputChannels * height * width
    for index in weights.indices { result.weights[index] *= factors[index / each] }
    return result
  }

  /// As a layer with `groups` groups has them. What connects the groups must be zero.
  ///
  /// - Returns: nil where it is not.
  public func layerWeights(groups: Int = 1) -> [Float]? {
    let (outputs, inputs) = (outputChannels / groups, inputChannels / groups)
    var result: [Float] = []
    for output in 0..<outputChannels {
      for input in 0..<inputChannels {
        let isInside = output / outputs == input / inputs
        for (row, column) in taps {
          let value = self[output, input, row, column]
          if isInside { result.append(Float(value)) } else if value != 0 { return nil }
        }
      }
    }
    return result
  }

  /// Connections between channels that carry something.
  public var connections: Int {
    (0..<(outputChannels * inputChannels)).filter { pair in
      weights[(pair * height * width)..<((pair + 1) * height * width)].contains { $0 != 0 }
    }.count
  }

  private var taps: [(Int, Int)] { (0..<height).flatMap { row in (0..<width).map { (row, $0) } } }
}

/// Numbers for some nodes of a graph, by name, and none for the others: what an equivalent network is given.
public struct NamedWeights: NetworkWeights {
  public var layers: [String: LayerWeights]

  public init(_ layers: [String: LayerWeights] = [:]) { self.layers = layers }

  public func weights(ofNode node: Int, in graph: Graph<Int>) -> LayerWeights {
    layers[graph.nodes[node].name] ?? LayerWeights()
  }
}
