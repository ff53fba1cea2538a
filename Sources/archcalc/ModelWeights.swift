import ArchIR
import ArchONNX
import ArchRuntime
import ArchSpec

/// The numbers that a model brings, for the planner. They are read when it asks for them.
struct ModelWeights: NetworkWeights {
  private let model: ImportedModel
  private let path: String

  /// Looks at every node: after that, reading cannot fail but for the file changing meanwhile.
  ///
  /// - Throws: ``Diagnostic`` for a model that is counted but not understood in full, or whose tensors are not there.
  init(_ model: ImportedModel, _ graph: Graph<Int>, path: String) throws {
    (self.model, self.path) = (model, path)
    func refuse(_ reason: String, _ help: String? = nil) -> Diagnostic {
      Diagnostic("\(path) cannot be run: \(reason)", at: .none, help: help)
    }
    if let first = model.omissions.first {
      throw refuse("\(first.name) (\(first.op)) is not counted: \(first.reason)", more(model.omissions.count - 1))
    }
    let losses = model.details.filter { $0.value.loss != nil }
    if let first = losses.min(by: { $0.key < $1.key }) {
      throw refuse("\(graph.nodes[first.key].name): \(first.value.loss!)", more(losses.count - 1))
    }
    for (node, roles) in model.tensors.sorted(by: { $0.key < $1.key }) {
      for (role, tensor) in roles.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        guard tensor.type.isFloatingPoint else {
          throw refuse("tensor '\(tensor.name)' holds no floating-point numbers")
        }
        do {
          guard try tensor.isPresent else {
            let file = tensor.external.map { "the file '\($0.location)'" } ?? "the file"
            throw refuse("\(file) with tensor '\(tensor.name)' is not there")
          }
        } catch let error as ModelError {
          throw refuse(error.description)
        }
        let expected = graph.nodes[node].count(
          of: role, input: graph.nodes[node].inputs.first.map { graph.nodes[$0].output })
        guard expected == nil || expected == tensor.count else {
          throw refuse("tensor '\(tensor.name)' has \(tensor.count) numbers where its layer has \(expected!)")
        }
      }
    }
  }

  func weights(ofNode index: Int, in graph: Graph<Int>) -> LayerWeights {
    var result = LayerWeights()
    if let epsilon = model.details[index]?.epsilon { result.epsilon = epsilon }
    guard let roles = model.tensors[index] else {
      result.weights = model.details[index]?.elements ?? []
      return result
    }
    func numbers(_ role: TensorRole) -> [Float] {
      guard let tensor = roles[role] else { return [] }
      guard let floats = try? tensor.floats(), floats.count == tensor.count else { ShrinkingFile.fail(path) }
      return floats
    }
    let kernel: TensorRole = roles[.value] == nil ? .weight : .value
    if let mapped = roles[kernel].flatMap({ try? $0.mappedFloats() }) {
      result.kernel = ModelNumbers(mapped: mapped)
    } else {
      result.kernel = numbers(kernel)
    }
    result.bias = numbers(.bias)
    result.scale = numbers(.scale)
    result.shift = numbers(.shift)
    result.mean = numbers(.mean)
    result.variance = numbers(.variance)
    if model.details[index]?.isTransposed == true, case .linear(let linear) = graph.nodes[index].op {
      result.weights = transposed(result.weights, columns: linear.outputFeatures)
    }
    return result
  }
}

/// A kernel, read from its file while it is packed.
private struct ModelNumbers: NumberSource {
  let mapped: MappedFloats

  var count: Int { mapped.count }
  func read(from start: Int, into target: UnsafeMutableBufferPointer<Float>) { mapped.copy(from: start, into: target) }
}

/// (rows, columns) to (columns, rows).
private func transposed(_ matrix: [Float], columns: Int) -> [Float] {
  let rows = matrix.count / max(1, columns)
  return Array(unsafeUninitializedCapacity: matrix.count) { result, count in
    for row in 0..<rows { for column in 0..<columns { result[column * rows + row] = matrix[row * columns + column] } }
    count = rows * columns
  }
}

/// What to say of the reasons that are not shown.
private func more(_ count: Int) -> String? {
  count > 0 ? "\(count) more nodes cannot be run either; its cost is known: archcalc FILE without run" : nil
}

extension Node<Int> {
  /// How many numbers a tensor of a layer has; `nil` for what has no fixed number.
  fileprivate func count(of role: TensorRole, input: Shape<Int>?) -> Int? {
    switch (op, role) {
    case (.convolution(let convolution), .weight):
      let (outer, inner) = (convolution.outputChannels, input?.channels ?? 0)
      return outer * inner / convolution.groups * convolution.kernel.reduce(1, *)
    case (.convolution(let convolution), .bias): return convolution.outputChannels
    case (.linear(let linear), .weight): return linear.outputFeatures * (input?.extents.last ?? 0)
    case (.linear(let linear), .bias): return linear.outputFeatures
    case (.normalization, _), (.scale, _): return input?.channels
    default: return nil
    }
  }
}
