import Foundation
import Testing

/// The transcripts of the README are what the program prints today, to the letter.
///
/// With ARCHCALC_RECORD=1 in the environment the test writes them anew instead.
@Test("the README's transcripts are true")
func transcripts() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let file = root.appendingPathComponent("README.md")
  let text = try String(contentsOf: file, encoding: .utf8)
  var result: [String] = []
  var lines = text.components(separatedBy: "\n")[...]
  var count = 0
  while let line = lines.popFirst() {
    result.append(line)
    guard line == "```console", let command = lines.popFirst(), command.hasPrefix("$ ") else { continue }
    while let shown = lines.first, shown != "```" { lines.removeFirst(); _ = shown }
    result.append(command)
    result += try run(String(command.dropFirst(2)))
    count += 1
  }
  let now = result.joined(separator: "\n")
  if ProcessInfo.processInfo.environment["ARCHCALC_RECORD"] == "1" {
    try now.write(to: file, atomically: true, encoding: .utf8)
  }
  #expect(count >= 4)
  #expect(now == text, "README.md: run ARCHCALC_RECORD=1 swift test --filter transcripts")
}

private func run(_ command: String) throws -> [String] {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", command.replacingOccurrences(of: "swift run archcalc", with: "\"$0\"") + " 2>&1", Archcalc.executable.path]
  process.environment = ["COLUMNS": "80", "PATH": "/usr/bin:/bin"]
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(text.hasSuffix("\n") ? 1 : 0).map(String.init)
}
