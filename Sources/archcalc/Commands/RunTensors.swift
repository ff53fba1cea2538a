import ArchAlgebra
import ArchIR
import ArchONNX
import ArchReport
import ArchRuntime
import ArchSpec

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The files that a run takes its inputs from and gives its outputs to: `x.npy`, or `NAME=x.npy` where there are several.
struct TensorFiles {
  struct Entry {
    var name: String?
    var path: String
  }

  private(set) var entries: [Entry] = []

  /// - Returns: whether the text names such a file.
  mutating func add(_ text: String) -> Bool {
    guard text.hasSuffix(".npy") else { return false }
    if let equals = text.firstIndex(of: "=") {
      entries.append(Entry(name: String(text[..<equals]), path: String(text[text.index(after: equals)...])))
    } else {
      entries.append(Entry(name: nil, path: text))
    }
    return true
  }

  /// The path for each of the names; `nil` for those that have none.
  ///
  /// - Throws: ``UsageError`` for a name that there is not, for two files of one name, and for a file without a name where
  ///   there are several.
  func paths(for names: [String], _ what: String) throws -> [String?] {
    var result = [String?](repeating: nil, count: names.count)
    for entry in entries {
      let index: Int
      if let name = entry.name {
        guard let found = names.firstIndex(of: name) else {
          throw UsageError("there is no \(what) '\(name)'", help: "there is \(names.joined(separator: ", "))")
        }
        index = found
      } else {
        guard names.count == 1 else {
          throw UsageError(
            "there are \(names.count) \(what)s: say which is \(entry.path)",
            help: "--\(what) NAME=\(entry.path), NAME one of \(names.joined(separator: ", "))")
        }
        index = 0
      }
      guard result[index] == nil else { throw UsageError("\(what) '\(names[index])' is given twice") }
      result[index] = entry.path
    }
    return result
  }

  /// Reads an array.
  ///
  /// - Throws: ``Diagnostic`` saying what is wrong with the file.
  static func read(_ path: String) throws -> NumpyArray {
    func refuse(_ reason: String) -> Diagnostic { Diagnostic("cannot read \(path): \(reason)", at: .none) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw refuse(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw refuse("it is not a regular file")
    }
    Files.noteInput(path)
    let count = Int(status.st_size)
    guard count > 0 else { throw refuse("it is empty") }
    guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
      throw refuse(String(cString: strerror(errno)))
    }
    defer { munmap(mapping, count) }
    do {
      return try NumpyArray(UnsafeRawBufferPointer(start: mapping, count: count))
    } catch let error as NumpyError {
      throw refuse(error.description)
    }
  }

  /// Writes an array, whole or not at all.
  ///
  /// - Throws: ``OutputError``.
  static func write(_ array: NumpyArray, to path: String) throws {
    let stream = try OutputStream(path: path)
    try array.file.withUnsafeBytes { try stream.write($0) }
    try stream.finish()
  }
}

extension RunRequest {
  /// Reads the arrays that go in, and takes what the network leaves open from their shapes: the batch, the size of the image,
  /// the extents of a model.
  ///
  /// - Returns: an array or `nil` for each input of the network; nothing where none is given.
  mutating func readInputs() throws -> [NumpyArray?] {
    guard !inputs.entries.isEmpty else { return [] }
    let (names, open) = try inputNames()
    let arrays = try inputs.paths(for: names, "input").map { try $0.map(TensorFiles.read) }
    switch network {
    case .declared:
      // What does not fit is refused where the array meets its input.
      let declared = try study().graph.inputShape(0)
      guard let first = arrays[0], first.shape.count == declared.count, declared.count > 1,
        first.shape[1] == declared[1],
        first.shape.allSatisfy({ $0 > 0 })
      else { return arrays }
      if batch == nil { options.batch = first.shape[0] }
      if options.input == nil, declared.dropFirst() != first.shape.dropFirst() {
        options.input = Array(first.shape.dropFirst())
      }
    case .model:
      for extent in open where options.settings[extent.name] == nil {
        guard let index = names.firstIndex(of: extent.input), let array = arrays[index], extent.axis < array.shape.count
        else { continue }
        if extent.axis == 0, batch != nil { continue }
        options.settings[extent.name] = .number(Expr(max(1, array.shape[extent.axis])))
      }
    }
    return arrays
  }

  /// The names of the inputs, and the extents that they leave open.
  private func inputNames() throws -> ([String], [OpenExtent]) {
    switch network {
    case .declared:
      let graph = try study().graph
      return (graph.inputs.map { graph.nodes[$0].name }, [])
    case .model(let model): return (model.inputNames, model.openExtents)
    }
  }
}

extension Graph<Int> {
  fileprivate func inputShape(_ index: Int) -> [Int] { nodes[inputs[index]].output.extents }
}
