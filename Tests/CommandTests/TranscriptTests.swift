import Foundation
import Testing

/// The transcripts of the documentation are what the program prints today, to the letter. Where a page shows a
/// specification, the commands after it find it as my.arch.
///
/// With ARCHCALC_RECORD=1 in the environment the test writes them anew instead.
@Test("the transcripts of the documentation are true", arguments: ["README.md", "Docs/Cookbook.md"])
func transcripts(page: String) throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let file = root.appendingPathComponent(page)
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("archcalc-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let text = try String(contentsOf: file, encoding: .utf8)
  var result: [String] = []
  var lines = text.components(separatedBy: "\n")[...]
  var count = 0
  while let line = lines.popFirst() {
    result.append(line)
    if line == "```arch" {
      let specification = lines.prefix { $0 != "```" }.joined(separator: "\n") + "\n"
      try specification.write(to: folder.appendingPathComponent("my.arch"), atomically: true, encoding: .utf8)
    }
    guard line == "```console" else { continue }
    let shown = lines.prefix { $0 != "```" }
    lines = lines.dropFirst(shown.count)
    for command in shown where command.hasPrefix("$ ") {
      result.append(command)
      result += try run(String(command.dropFirst(2)), in: folder)
      count += 1
    }
  }
  let now = result.joined(separator: "\n")
  if ProcessInfo.processInfo.environment["ARCHCALC_RECORD"] == "1" {
    try now.write(to: file, atomically: true, encoding: .utf8)
  }
  #expect(count >= 4)
  #expect(now == text, "\(page): run ARCHCALC_RECORD=1 swift test --filter transcripts")
}

private func run(_ command: String, in folder: URL) throws -> [String] {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = [
    "-c", command.replacingOccurrences(of: "swift run archcalc", with: "\"$0\"") + " 2>&1", Archcalc.executable.path,
  ]
  process.environment = ["COLUMNS": "80", "PATH": "/usr/bin:/bin"]
  process.currentDirectoryURL = folder
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  if text.isEmpty { return [] }
  return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(text.hasSuffix("\n") ? 1 : 0).map(
    String.init)
}
