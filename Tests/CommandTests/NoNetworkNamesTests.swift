import Foundation
import Testing

/// The analyser must not know networks: their names stand in specifications, tests and documentation only.
@Test("no network's name appears in the sources")
func noNetworkNamesInSources() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let listed = try #require(try Archcalc.json("list")["networks"] as? [[String: Any]])
  let names = listed.compactMap { $0["network"] as? String }.filter { $0.count > 3 }
  #expect(names.contains("resnet50"))
  let sources = root.appendingPathComponent("Sources")
  let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
  for case let file as URL in files where file.pathExtension == "swift" {
    // Comments are documentation: examples in them may name networks.
    let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.components(separatedBy: "//")[0] }.joined(separator: "\n")
    for name in names {
      let pattern = "(?<![A-Za-z0-9_])\(name)(?![A-Za-z0-9_])"
      #expect(code.range(of: pattern, options: .regularExpression) == nil, "\(name) in \(file.lastPathComponent)")
    }
  }
}
