import Foundation

/// Runs the program that was built with the tests, as a user would.
enum Archcalc {
  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }

  /// The program stands beside the test runner in the build folder.
  static let executable: URL = {
    let runner = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let candidates = [
      runner.deletingLastPathComponent(),
      Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent(),
    ]
    let found = candidates.map { $0.appendingPathComponent("archcalc") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    return found ?? candidates[0].appendingPathComponent("archcalc")
  }()

  static func run(_ arguments: String..., input: Data = Data(), environment: [String: String] = [:]) throws -> Result {
    try run(arguments, input: input, environment: environment)
  }

  /// Runs a line of the shell, which has the program as $ARCHCALC.
  static func shell(_ line: String, environment: [String: String] = [:]) throws -> Result {
    let shell = URL(fileURLWithPath: "/bin/sh")
    return try run(["-c", line], by: shell, environment: environment.merging(["ARCHCALC": executable.path]) { $1 })
  }

  static func run(
    _ arguments: [String], by program: URL = executable, input: Data = Data(), environment: [String: String] = [:]
  ) throws -> Result {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ["COLUMNS": "80"].merging(environment) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try input.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    process.standardInput = try FileHandle(forReadingFrom: file)
    try process.run()
    let group = DispatchGroup()
    nonisolated(unsafe) var errorData = Data()
    group.enter()
    DispatchQueue.global().async {
      errorData = errors.fileHandleForReading.readDataToEndOfFile()
      group.leave()
    }
    let outputData = output.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    return Result(
      status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: String(decoding: outputData, as: UTF8.self), errors: String(decoding: errorData, as: UTF8.self))
  }

  /// The JSON that a command prints.
  static func json(_ arguments: String...) throws -> [String: Any] {
    let result = try run(arguments + ["--json"])
    guard result.status == 0 else { throw Failure(description: result.errors) }
    return try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any] ?? [:]
  }

  struct Failure: Error, CustomStringConvertible { var description: String }
}

/// A folder for one test, removed at its end.
struct Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("archcalc-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func write(_ text: String, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
}
