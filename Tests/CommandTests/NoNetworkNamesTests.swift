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
  let pattern = "(?<![A-Za-z0-9_])(\(names.joined(separator: "|")))(?![A-Za-z0-9_])"
  let sources = root.appendingPathComponent("Sources")
  let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
  for case let file as URL in files where file.pathExtension == "swift" {
    // Comments are documentation: examples in them may name networks.
    let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.components(separatedBy: "//")[0] }.joined(separator: "\n")
    let found = code.range(of: pattern, options: .regularExpression)
    #expect(found == nil, "\(found.map { String(code[$0]) } ?? "") in \(file.lastPathComponent)")
  }
}
