import ArchAlgebra
import ArchIR

/// The numbers of a network, by node and by what they are to its operator.
public protocol ExportWeights {
  /// - Returns: as many numbers as the shape has, in row-major order.
  func numbers(ofNode node: Int, _ role: TensorRole, in graph: Graph<Int>) -> [Float]
}

/// A network as an ONNX model of opset 17, ready to be written.
public struct ExportedModel {
  /// ONNX 1.12, 2022: the newest that all runtimes in use have.
  public static let opset = 17
  /// The version of the file format that belongs to it.
  static let irVersion = 8

  private let pieces: Pieces
  /// The bytes that the file of zeros must have; 0 where weights are written.
  public let zeroBytes: Int

  /// - Parameters:
  ///   - weights: the numbers; `nil` leaves them out: all tensors then refer to one file of zeros.
  ///   - producer: name and version of what writes the file.
  ///   - zeros: what that file is called, beside the model.
  /// - Throws: ``ModelError`` for an operator that opset 17 cannot spell.
  public init(
    _ graph: Graph<Int>, weights: (any ExportWeights)?, producer: (name: String, version: String),
    zeros: String = "zeros"
  ) throws {
    var exporter = Exporter(graph: graph, weights: weights, zeros: zeros)
    try exporter.run()
    var model = MessageWriter<ModelField>()
    model.integer(.irVersion, Self.irVersion)
    model.text(.producerName, producer.name)
    model.text(.producerVersion, producer.version)
    model.message(.graph, exporter.message())
    model.message(.opsetImport, OperatorSetField.self) {
      $0.text(.domain, "")
      $0.integer(.version, Self.opset)
    }
    pieces = model.pieces
    zeroBytes = exporter.zeroBytes
  }

  public var byteCount: Int { pieces.byteCount }

  /// Hands the file's bytes over in order.
  public func write(to sink: (UnsafeRawBufferPointer) throws -> Void) throws { try pieces.write(to: sink) }
}
