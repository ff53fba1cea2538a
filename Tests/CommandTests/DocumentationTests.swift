import ArchCost
import Foundation
import Specs
import Testing

@Test("every convention is documented")
func conventionsAreDocumented() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let text = try String(contentsOf: root.appendingPathComponent("Docs/Conventions.md"), encoding: .utf8)
  for convention in CountingConvention.all {
    #expect(text.contains("| `\(convention.name)` |"), "\(convention.name)")
    #expect(!convention.summary.hasPrefix("\(convention.name):"), "its name stands before it already")
    #expect(try Archcalc.run("resnext_block", "--convention", convention.name).output.contains("\(convention.name): "))
  }
}

@Test("a specification is in the catalog, and short enough to be read at once")
func specificationsAreShortAndKnown() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let specs = try FileManager.default.contentsOfDirectory(
    at: root.appendingPathComponent("Specs"), includingPropertiesForKeys: nil
  )
  .filter { $0.pathExtension == "arch" }
  #expect(Set(specs.map(\.lastPathComponent)) == Set(Catalog.files.map(\.name)))
  for spec in specs {
    let lines =
      try String(contentsOf: spec, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).count - 1
    #expect(lines <= 120, "\(spec.lastPathComponent)")
  }
}
