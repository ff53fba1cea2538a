import Foundation

/// A table of figures in a file: tab-separated, `#` lines are remarks, the first other line names the columns.
struct Fixture {
  var remarks: [String] = []
  var columns: [String] = []
  var rows: [[String: String]] = []

  init(_ name: String) throws {
    let url = Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)
    guard let url else { throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: name]) }
    for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("#") {
        remarks.append(String(line.dropFirst(2)))
        continue
      }
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if columns.isEmpty { columns = cells } else { rows.append(Dictionary(uniqueKeysWithValues: zip(columns, cells))) }
    }
  }

  /// The text of a specification that only tests need.
  static func specification(_ name: String) throws -> String {
    try String(contentsOf: Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)!, encoding: .utf8)
  }
}
