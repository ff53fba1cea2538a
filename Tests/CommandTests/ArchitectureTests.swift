import Foundation
import Testing

/// The rules of `Docs/Architecture.md`, read off the sources.
@Suite struct ArchitectureTests {
  private static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      "Sources")

  /// What each module may import of the others: what stands above it.
  private static let allowed: [String: Set<String>] = [
    "ArchAlgebra": [],
    "ArchIR": ["ArchAlgebra"],
    "ArchSpec": ["ArchAlgebra", "ArchIR"],
    "ArchCost": ["ArchAlgebra", "ArchIR"],
    "ArchONNX": ["ArchAlgebra", "ArchIR"],
    "Microkernels": [],
    "KernelsBaseline": ["Microkernels"],
    "KernelsAVX2": ["Microkernels"],
    "KernelsAVX512": ["Microkernels"],
    "ArchRuntime": ["ArchAlgebra", "ArchIR", "Microkernels", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512"],
    "ArchVerify": ["ArchAlgebra", "ArchIR", "ArchSpec", "ArchCost"],
    "ArchReport": ["ArchAlgebra", "ArchIR", "ArchSpec", "ArchCost", "ArchVerify", "ArchRuntime"],
    "ArchPage": ["ArchAlgebra", "ArchIR", "ArchSpec", "ArchCost", "ArchReport"],
    "archcalc": [
      "ArchAlgebra", "ArchIR", "ArchSpec", "ArchCost", "ArchONNX", "ArchVerify", "ArchRuntime", "ArchReport",
      "ArchPage", "Specs",
    ],
  ]

  /// Of the toolchain: the C library and what has no start-up of its own. Foundation would double the start of the program.
  private static let system: Set = ["Darwin", "Glibc", "Musl", "Builtin", "Synchronization", "Dispatch"]

  private struct File {
    var module: String
    var name: String
    var lines: [Substring]
  }

  private static func files() throws -> [File] {
    let found = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    return try found.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { url in
      let path = url.path.dropFirst(sources.path.count + 1)
      let text = try String(contentsOf: url, encoding: .utf8)
      return File(
        module: String(path.prefix { $0 != "/" }), name: String(path),
        lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }

  @Test("Modules import only what stands above them") func imports() throws {
    let files = try Self.files()
    #expect(Set(files.map(\.module)) == Set(Self.allowed.keys), "a module is missing in Docs/Architecture.md")
    for file in files {
      for line in file.lines {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 1, words.count > index + 1 else { continue }
        guard index == 0 || words[0].hasPrefix("@") || words[0] == "public" else { continue }
        let name = String(words[index + 1])
        let isAllowed = Self.allowed[file.module]?.contains(name) == true || Self.system.contains(name)
        #expect(isAllowed, "\(file.name) imports \(name)")
      }
    }
  }

  @Test("No file is long") func sizes() throws {
    for file in try Self.files() { #expect(file.lines.count <= 400, "\(file.name)") }
  }

  @Test("The map names every module") func map() throws {
    let map = try String(
      contentsOf: Self.sources.deletingLastPathComponent().appendingPathComponent("Docs/Architecture.md"),
      encoding: .utf8)
    for module in Self.allowed.keys { #expect(map.contains("`\(module)`"), "\(module)") }
  }
}
