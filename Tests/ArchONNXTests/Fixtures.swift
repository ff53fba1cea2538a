import ArchONNX
import Foundation

/// The committed models, by file name without its ending.
enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
  }()

  static func path(_ name: String) -> String { folder.appendingPathComponent(name + ".onnx").path }
  static func file(_ name: String) throws -> ModelFile { try ModelFile(path: path(name)) }
  static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  struct Parameters: Decodable {
    var weights: Int
    var biases: Int
    var normalization: Int
  }

  /// What PyTorch counts of each network, without heads that exist for training only.
  static func parameters() throws -> [String: Parameters] {
    let data = try Data(contentsOf: folder.appendingPathComponent("parameters.json"))
    return try JSONDecoder().decode([String: Parameters].self, from: data)
  }
}
