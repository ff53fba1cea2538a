import Foundation
import Testing

@Suite("The list of networks")
struct ListTests {
  private func networks(_ words: String...) throws -> [[String: Any]] {
    let result = try Archcalc.run(["list"] + words + ["--json"])
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(json?["schema"] as? String == "archcalc.list/1")
    return try #require(json?["networks"] as? [[String: Any]])
  }

  @Test("words are looked for in names, aliases and families") func words() throws {
    let found = try networks("inception-v3")
    #expect(found.contains { $0["network"] as? String == "inception_v3" })
    #expect(found.allSatisfy { ($0["family"] as? String)?.lowercased() == "inception-v3" })
    let alias = try networks("resnext50_32x4d").filter { $0["family"] as? String == "ResNeXt" }
    #expect(alias.map { $0["network"] as? String } == ["resnext50"])
    #expect(alias[0]["params"] as? Int == 25_028_904 && alias[0]["macs"] as? Int == 4_230_479_872)
    #expect(alias[0]["input"] as? [Int] == [1, 3, 224, 224])
    #expect(alias[0]["parameters"] as? [String] == ["cardinality", "width", "resolution", "classes"])
    #expect(try networks("resnet", "keras").count < networks("resnet").count)
  }

  @Test("what is not there is an error with a suggestion; files are written") func errors() throws {
    let wrong = try Archcalc.run("list", "resnt50")
    #expect(wrong.status == 2 && wrong.errors.contains("resnet50"))
    #expect(try Archcalc.run("list", "--jsn").status == 2)
    let folder = try Folder()
    defer { folder.remove() }
    let file = folder.url.appendingPathComponent("list.csv").path
    let result = try Archcalc.run("list", "squeezenet", "--csv", "-o", file)
    #expect(result.status == 0 && result.output.isEmpty)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.hasPrefix("network,family,parameters,input,params,MACs,also\r\n"))
  }
}
