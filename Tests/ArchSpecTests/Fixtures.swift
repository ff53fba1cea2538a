import ArchSpec
import Foundation
import Specs
import Testing

/// A piece of specification with a name that test reports show.
struct Fixture: Sendable, CustomTestStringConvertible {
  var name: String
  var bytes: [UInt8]

  init(_ name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  init(_ name: String, _ text: String) { self.init(name, bytes: Array(text.utf8)) }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var source: Source { Source(name: name, bytes: bytes) }
  var testDescription: String { name }

  /// The specifications that come with archcalc.
  static let catalog = Catalog.files.map { Fixture($0.name, bytes: $0.bytes) }

  /// The `.arch` files of a directory beside this file.
  static func directory(_ name: String) -> [Fixture] {
    let directory = folder(name)
    let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
    return files.filter { $0.pathExtension == "arch" }.sorted { $0.path < $1.path }.map { file in
      Fixture(file.lastPathComponent, bytes: [UInt8]((try? Data(contentsOf: file)) ?? Data()))
    }
  }

  static func folder(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: name)
  }
}
