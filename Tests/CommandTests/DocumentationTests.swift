import ArchCost
import ArchSpec
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

@Test("every operator is documented with its arguments")
func operatorsAreDocumented() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let text = try String(contentsOf: root.appendingPathComponent("Docs/Cookbook.md"), encoding: .utf8)
  for signature in Operators.all {
    let arguments = signature.arguments.map { name, standard in
      switch standard {
      case nil: name
      case ""?: name + "?"
      case let standard?: "\(name) = \(standard)"
      }
    }
    let call = signature.name + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
    #expect(text.contains("| `\(call)` | \(signature.summary) |"), "\(call)")
  }
}
