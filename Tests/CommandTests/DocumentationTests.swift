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
