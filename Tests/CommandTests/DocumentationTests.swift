import ArchCost
import Foundation
import Testing

@Test("every convention is documented")
func conventionsAreDocumented() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let text = try String(contentsOf: root.appendingPathComponent("Docs/Conventions.md"), encoding: .utf8)
  for convention in CountingConvention.all {
    #expect(text.contains("| `\(convention.name)` |"), "\(convention.name)")
    #expect(try Archcalc.run("resnext_block", "--convention", convention.name).output.contains("\(convention.name): "))
  }
}

@Test("a specification is short enough to be read at once")
func specificationsAreShort() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let specs = try FileManager.default.contentsOfDirectory(at: root.appendingPathComponent("Specs"), includingPropertiesForKeys: nil)
  #expect(specs.count > 40)
  for spec in specs where spec.pathExtension == "arch" {
    let lines = try String(contentsOf: spec, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).count - 1
    #expect(lines <= 120, "\(spec.lastPathComponent)")
  }
}
