import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// What `--svg` and `--chart` draw.
struct DrawingTests {
  /// The texts of a drawing, after a parser has read it.
  private func texts(_ arguments: String...) throws -> [String] {
    let folder = try Folder()
    defer { folder.remove() }
    let url = folder.url.appendingPathComponent("drawing.svg")
    let result = try Archcalc.run(arguments + ["--svg", url.path])
    #expect(result.status == 0, "\(result.errors)")
    let reader = TextReader()
    let parser = XMLParser(data: try Data(contentsOf: url))
    parser.delegate = reader
    #expect(parser.parse(), "\(arguments) draws what no parser reads: \(String(describing: parser.parserError))")
    #expect(!reader.isBroken)
    return reader.texts
  }

  @Test func isoCostSweepsShowBoundAndOptimum() throws {
    let texts = try texts("igc", "--params", "17536", "--sweep")
    for text in [
      "igc at 17,536 weights, Table 1", "bound = (T/6)^(2/3) = 204.4", "L = 9·M, M = 4.77", "M = 5, L = 41: G = 205",
      "regular_block, C = 44.1", "G = L·M", "M",
    ] { #expect(texts.contains(text), "\(text) is missing in \(texts)") }
  }

  @Test func mapsHaveACellForEachPoint() throws {
    let texts = try texts(
      "sweep", "mobilenet", "--alpha", "0.25..1:0.25", "--resolution", "128..224:32", "--columns", "macs", "--map")
    // Table 7 of the paper: 569, 418, 291, 186 M, with the layers as they are.
    for text in ["568.7M", "418.1M", "290.7M", "186.4M", "13.57M", "multiply-adds (MACs)", "alpha", "resolution"] {
      #expect(texts.contains(text), "\(text) is missing in \(texts)")
    }
    #expect(texts.filter { $0.hasSuffix("M") && $0.contains(".") }.count == 16)
  }

  @Test func manyLinesBecomeAMap() throws {
    let texts = try texts("sweep", "resnext50", "--cardinality", "1..12", "--width", "1..10", "--columns", "macs")
    #expect(texts.contains("cardinality") && texts.contains("width") && texts.contains("multiply-adds (MACs)"))
  }

  @Test func solutionsLieOnTheirClosedForm() throws {
    let texts = try texts(
      "solve", "resnext50", "--vary", "width", "--cardinality", "1,2,4,8,32", "--match", "resnet50")
    #expect(texts.contains("64 (=)") && texts.contains("4 (−2.07 %)") && texts.contains("closed form"))
    #expect(texts.contains("cardinality, logarithmic"), "powers of two are evenly spread")
  }

  @Test func frontsStandBeforeWhatTheyBeat() throws {
    let texts = try texts(
      "sweep", "mobilenet", "--alpha", "0.25..1:0.25", "--resolution", "128..224:32", "--where", "macs >= 100M",
      "--pareto", "params,memory", "--columns", "params,memory")
    #expect(texts.contains("front: alpha, resolution") && texts.contains("others"))
    #expect(texts.contains("parameters") && texts.contains("peak memory of activations (bytes)"))
  }

  @Test(arguments: ["layer", "block", "stage", "type"])
  func sharesAddUp(_ grouping: String) throws {
    let texts = try texts("resnet50", "--by", grouping)
    let shares = texts.filter { $0.hasSuffix(".0 %") || $0.contains(".") && $0.hasSuffix(" %") }
      .compactMap { Double($0.dropLast(2)) }
    #expect(shares.count % 3 == 0 && shares.count >= 15)
    for total in 0..<3 {
      let sum = stride(from: total, to: shares.count, by: 3).reduce(0) { $0 + shares[$1] }
      #expect(abs(sum - 100) < 0.05 * Double(shares.count), "\(grouping) \(total): \(sum)")
    }
    #expect(texts.contains("4.089 G MACs (macs)") && texts.contains("25.56 M params"))
  }

  @Test func hostileNamesAreTexts() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let url = folder.url.appendingPathComponent("evil.arch")
    let text = """
      param width = 4
      network evil {
        input(3, 8, 8)
        conv(3x3, width)
      }
      sweep width in {1, 2, 4} citing "</title><script>alert(1)</script>&"

      """
    try text.write(to: url, atomically: true, encoding: .utf8)
    let texts = try texts("sweep", url.path, "--declared", "1")
    #expect(texts.contains("evil, </title><script>alert(1)</script>&"))
  }

  @Test(arguments: [
    (["igc", "--params", "17536", "--sweep", "--json", "--chart"], "not below data"),
    (["resnet18", "--csv", "--chart"], "not below data"),
    (["sweep", "mobilenet", "--alpha", "1", "--jsonl", "--chart"], "not below data"),
    (["sweep", "mobilenet", "--alpha", "0.5,1", "--chart", "--map"], "two numeric parameters"),
    (["sweep", "mobilenet", "--alpha", "0.5,1", "--chart", "--pareto", "params"], "of two it can"),
    (["solve", "resnext50", "--vary", "width", "--params", "25M", "--chart"], "no numeric parameter to draw over"),
    (["resnet18", "--svg", "/nowhere/at/all.svg"], "/nowhere/at/all.svg"),
  ])
  func whatCannotBeDrawnIsSaid(_ arguments: [String], _ words: String) throws {
    let result = try Archcalc.run(arguments)
    #expect(result.status != 0 && result.output.isEmpty)
    #expect(result.errors.contains(words), "\(result.errors)")
  }
}

private final class TextReader: NSObject, XMLParserDelegate {
  var texts: [String] = []
  /// Whether a place is no number.
  var isBroken = false
  private var text: String?

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if name == "text" { text = "" }
    for key in ["x", "y", "cx", "cy", "width", "x1", "y1", "x2", "y2"] where name != "rect" {
      if let value = attributes[key], Double(value) == nil { isBroken = true }
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text? += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard name == "text", let found = text else { return }
    texts.append(found)
    text = nil
  }
}
