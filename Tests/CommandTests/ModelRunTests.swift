import ArchRuntime
import Foundation
import Testing

/// Models with their own weights, run with arrays from files.
@Suite("Running models")
struct ModelRunTests {
  private let specification = """
    network small {
      input(3, 16, 16)
      conv1: conv(3x3, 8, stride: 2, bias: true) -> bn -> relu
      add { conv(3x3, 8) -> bn } shortcut { identity }
      relu
      head: avgpool(global) -> linear(5)
    }
    """

  private func read(_ path: String) throws -> NumpyArray {
    try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes { try NumpyArray($0) }
  }

  private func write(_ shape: [Int], to path: String) throws {
    let count = shape.reduce(1, *)
    let array = NumpyArray(shape: shape, values: (0..<count).map { Float(($0 * 7919) % 101) / 50 - 1 })
    try Data(array.file).write(to: URL(fileURLWithPath: path))
  }

  @Test("an exported network gives what the network gives, for a batch of two") func exported() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let spec = try folder.write(specification, to: "small.arch")
    let path = { folder.url.appendingPathComponent($0).path }
    #expect(try Archcalc.run("export", spec, "--onnx", path("small.onnx"), "--seed", "5").status == 0)
    try write([1, 3, 16, 16], to: path("x.npy"))
    for (network, output) in [(spec, "a.npy"), (path("small.onnx"), "b.npy")] {
      let result = try Archcalc.run("run", network, "--seed", "5", "--input", path("x.npy"), "--output", path(output))
      #expect(result.status == 0, "\(result.errors)")
    }
    let (a, b) = (try read(path("a.npy")), try read(path("b.npy")))
    #expect(a.shape == [1, 5] && a == b)
    #expect(Set(a.values).count == 5)
    // Of a specification, the batch and the image are the array's.
    try write([2, 3, 20, 24], to: path("large.npy"))
    let large = try Archcalc.run("run", spec, "--input", path("large.npy"), "--output", "small=" + path("c.npy"))
    #expect(large.status == 2 && large.errors.contains("there is no output 'small'"))
    #expect(try Archcalc.run("run", spec, "--input", path("large.npy"), "--output", path("c.npy")).status == 0)
    #expect(try read(path("c.npy")).shape == [2, 5])
    // A seed does not change a model's own weights.
    #expect(
      try Archcalc.run("run", path("small.onnx"), "--seed", "9", "--input", path("x.npy"), "--output", path("d.npy"))
        .status == 0)
    #expect(try read(path("d.npy")) == a)
  }

  @Test("files that do not fit are refused, and nothing is written") func refused() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let spec = try folder.write(specification, to: "small.arch")
    let path = { folder.url.appendingPathComponent($0).path }
    #expect(try Archcalc.run("export", spec, "--onnx", path("small.onnx")).status == 0)
    try write([1, 4, 16, 16], to: path("wrong.npy"))
    try Data("no array".utf8).write(to: URL(fileURLWithPath: path("text.npy")))
    let cases: [(arguments: [String], reason: String)] = [
      (["small.onnx", "--input", "wrong.npy"], "(1, 3, 16, 16), and the array that is given is (1, 4, 16, 16)"),
      (["small.arch", "--input", "wrong.npy"], "(1, 3, 16, 16), and"),
      (["small.onnx", "--input", "text.npy"], "no .npy file"),
      (["small.onnx", "--input", "absent.npy"], "No such file"),
      (["small.onnx", "--input", "y=wrong.npy"], "no input 'y'"),
    ]
    for (arguments, reason) in cases {
      let words = arguments.map { word -> String in
        if word.hasPrefix("--") { return word }
        if let equals = word.firstIndex(of: "=") {
          return word[...equals] + path(String(word[word.index(after: equals)...]))
        }
        return path(word)
      }
      let result = try Archcalc.run(["run"] + words + ["--output", path("out.npy")])
      #expect(result.status != 0 && result.errors.contains(reason), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: path("out.npy")))
    }
  }

  @Test("a model without its tensors is counted, and not run") func withoutWeights() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let spec = try folder.write(specification, to: "small.arch")
    let model = folder.url.appendingPathComponent("small.onnx").path
    #expect(try Archcalc.run("export", spec, "--onnx", model, "--no-weights").status == 0)
    try FileManager.default.removeItem(atPath: model + ".zeros")
    #expect(try Archcalc.run(model).status == 0)
    let result = try Archcalc.run("run", model)
    #expect(result.status == 1 && result.errors.contains("is not there"), "\(result.errors)")
    #expect(result.errors.contains("the file 'small.onnx.zeros' with tensor 'conv1.conv.bias'"), "\(result.errors)")
  }
}
