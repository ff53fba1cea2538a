import ArchSpec

/// What is over its budget, at the line of the specification: as GitHub's annotations and as SARIF 2.1.0.
extension CheckReport {
  /// Where a violation is shown: at the layer to blame, at the network, at the budget; the first that is in a file
  /// that is there.
  private func place(_ result: Result, _ finding: Finding, isFile: (String) -> Bool) -> Place? {
    [finding.blame?.place, result.place, finding.limit.place].compactMap { $0 }
      .first { place in place.source.map { isFile($0.name) } ?? false }
  }

  /// Workflow commands that GitHub shows as annotations of the lines, one a violation.
  ///
  /// - Parameter isFile: whether a source's name is that of a file.
  public func annotations(isFile: (String) -> Bool) -> String {
    violations.map { result, finding in
      var properties = ["title=" + Self.property("\(result.network): \(finding.limit.figure.title) over budget")]
      if let place = place(result, finding, isFile: isFile), let source = place.source {
        let start = Int(place.start)
        properties.insert(
          contentsOf: [
            "file=" + Self.property(source.name), "line=\(source.line(at: start))", "col=\(source.column(at: start))",
          ], at: 0)
      }
      return "::error \(properties.joined(separator: ","))::\(Self.data(message(result, finding)))\n"
    }.joined()
  }

  /// - Parameter isFile: whether a source's name is that of a file.
  public func sarif(version: String, isFile: (String) -> Bool) -> JSON {
    let figures = CostFigure.allCases.filter { figure in
      results.contains { $0.findings.contains { $0.limit.figure == figure } }
    }
    let rules: [JSON] = figures.map { figure in
      .object([
        ("id", .string("budget/" + figure.rawValue)),
        ("shortDescription", .object([("text", .string("\(figure.title) over budget"))])),
        (
          "fullDescription",
          .object([("text", .string("A network has more than its budget allows: \(figure.summary)."))])
        ),
      ])
    }
    let found: [JSON] = violations.map { result, finding in
      var members: [(String, JSON)] = [
        ("ruleId", .string("budget/" + finding.limit.figure.rawValue)), ("level", .string("error")),
        ("message", .object([("text", .string(message(result, finding)))])),
      ]
      if let place = place(result, finding, isFile: isFile) {
        members.append(("locations", .array([Self.location(place)])))
      }
      return .object(members)
    }
    let driver = JSON.object([("name", .string("archcalc")), ("version", .string(version)), ("rules", .array(rules))])
    return .object([
      ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")), ("version", .string("2.1.0")),
      (
        "runs",
        .array([
          .object([
            ("tool", .object([("driver", driver)])), ("columnKind", .string("unicodeCodePoints")),
            ("results", .array(found)),
          ])
        ])
      ),
    ])
  }

  private static func location(_ place: Place) -> JSON {
    let source = place.source!
    let start = Int(place.start)
    return .object([
      (
        "physicalLocation",
        .object([
          ("artifactLocation", .object([("uri", .string(uri(source.name)))])),
          (
            "region",
            .object([
              ("startLine", .integer(source.line(at: start))), ("startColumn", .integer(source.column(at: start))),
            ])
          ),
        ])
      )
    ])
  }

  // MARK: Escapes

  /// A path as a URI reference (RFC 3986).
  private static func uri(_ path: String) -> String {
    let prefix = path.hasPrefix("/") ? "file://" : ""
    return prefix
      + path.utf8.map { byte in
        let isPlain =
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
          default: "/-._~".utf8.contains(byte)
          }
        let digits = String(byte, radix: 16, uppercase: true)
        return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
      }.joined()
  }

  private static func data(_ text: String) -> String {
    text.map { $0 == "%" ? "%25" : $0 == "\r" ? "%0D" : $0 == "\n" ? "%0A" : $0 == "\r\n" ? "%0D%0A" : String($0) }
      .joined()
  }

  private static func property(_ text: String) -> String {
    data(text).map { $0 == ":" ? "%3A" : $0 == "," ? "%2C" : String($0) }.joined()
  }
}
