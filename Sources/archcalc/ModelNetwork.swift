import ArchAlgebra
import ArchIR
import ArchONNX
import ArchReport
import ArchSpec

/// A network from an ONNX file. Its parameters are the extents of its inputs that the file leaves open.
struct ModelNetwork {
  let path: String
  private let file: ModelFile
  /// As the file is, its open extents symbols.
  private let model: ImportedModel

  static func isModel(_ word: String) -> Bool { word.lowercased().hasSuffix(".onnx") }

  /// - Throws: ``Diagnostic`` where the file cannot be read.
  init(path: String) throws {
    self.path = path
    ShrinkingFile.watch(path)
    Files.noteInput(path)
    do {
      file = try ModelFile(path: path)
      model = try file.imported()
    } catch let error as ModelError {
      throw Self.diagnostic(error, path)
    }
  }

  /// The file's name without its folder and ending.
  var name: String { String(path.split(separator: "/").last?.dropLast(5) ?? "model") }

  var parameters: [Parameter] { model.symbols.map(Self.parameter) }

  private static func parameter(_ open: OpenExtent) -> Parameter {
    Parameter(
      name: open.name, symbol: open.symbol, kind: .integer, defaultValue: .number(Expr(1)),
      range: .between(Rational(1), nil, step: nil), documentation: "extent \(open.axis) of input '\(open.input)'")
  }

  /// The network analysed at given extents; `nil` where extents stay open.
  ///
  /// - Parameter batch: the batch that is asked for; where none is, an open one is 1.
  func study(_ options: ElaborationOptions, batch: Int?) throws -> Study? { try bound(options, batch: batch)?.study }

  /// The network analysed, and what it was made from.
  func bound(_ options: ElaborationOptions, batch: Int?) throws -> (model: ImportedModel, study: Study)? {
    var import_ = ImportOptions()
    import_.batch = batch
    import_.input = options.input
    for (name, value) in options.settings { import_.values[name] = value.number?.integerConstant }
    do {
      // A model without open extents that nothing is asked of is what was read already.
      let isAsIs = model.symbols.isEmpty && batch == nil && options.input == nil
      var bound = isAsIs ? model : try file.imported(import_)
      if batch == nil, !bound.symbols.isEmpty {
        for open in bound.symbols where open.axis == 0 { import_.values[open.name] = 1 }
        bound = try file.imported(import_)
      }
      guard bound.symbols.isEmpty else { return nil }
      var subject = subject(bound)
      for open in model.symbols {
        guard let value = value(of: open, import_) else { continue }
        subject.settings.append(Subject.Setting(parameter: Self.parameter(open), value: .number(Expr(value))))
      }
      var graph = try bound.numbers()
      guard !graph.outputs.isEmpty else {
        throw Diagnostic("\(path): nothing in it can be counted", at: .none, help: bound.omissions.first?.reason)
      }
      graph.name = name
      return (bound, try Study(graph, subject))
    } catch let error as ModelError {
      throw Self.diagnostic(error, path)
    } catch let error as ShapeError {
      throw Diagnostic("\(path): \(error)", at: .none)
    } catch let error as ArithmeticError {
      throw Diagnostic("\(path): \(error)", at: .none)
    }
  }

  /// The value of an open extent: by its name, or by its place.
  private func value(of open: OpenExtent, _ options: ImportOptions) -> Int? {
    if let value = options.values[open.name] { return value }
    if open.axis == 0 { return options.batch ?? 1 }
    guard let input = options.input, open.axis <= input.count else { return nil }
    return input[open.axis - 1]
  }

  /// The closed forms in the open extents.
  func closedForms() throws -> ClosedForms {
    var subject = subject(model)
    subject.settings = model.symbols.map {
      Subject.Setting(parameter: Self.parameter($0), value: .number(Expr($0.symbol)))
    }
    var graph = model.graph
    graph.name = name
    return try ClosedForms(graph, subject)
  }

  /// The inputs as the file calls them.
  var inputNames: [String] { model.graph.inputs.map { model.origins[$0] } }

  /// The extents that the file leaves open.
  var openExtents: [OpenExtent] { model.symbols }

  /// The names of the extents that would have to be given.
  func openExtents(_ options: ElaborationOptions) -> [String] {
    model.symbols.filter { options.settings[$0.name] == nil && $0.axis != 0 }.map(\.name)
  }

  private func subject(_ model: ImportedModel) -> Subject {
    var subject = Subject()
    let producer = [file.producer, file.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
    subject.metadata.title = "ONNX opset \(file.opset)" + (producer.isEmpty ? "" : ", \(producer)")
    subject.omissions = model.omissions
    subject.remarks = model.remarks
    return subject
  }

  private static func diagnostic(_ error: ModelError, _ path: String) -> Diagnostic {
    Diagnostic("\(path): \(error)", at: .none, help: error.help)
  }
}
