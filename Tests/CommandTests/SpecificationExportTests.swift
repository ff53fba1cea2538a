import Foundation
import Testing

/// `archcalc export FILE.onnx --spec` as a user meets it.
@Suite("Models as specifications") struct SpecificationExportTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ArchONNXTests/Fixtures")

  private func model(_ name: String) -> String { Self.fixtures.appendingPathComponent(name + ".onnx").path }

  @Test("printed or written to a file, it is analysed as the model is") func written() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("resnet.arch").path
    let printed = try Archcalc.run("export", model("resnet18-script"), "--spec")
    #expect(printed.status == 0, "\(printed.errors)")
    #expect(try Archcalc.run("export", model("resnet18-script"), "--spec", "-o", path).status == 0)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == printed.output)
    #expect(try Archcalc.run("format", "--check", path).status == 0)
    let (before, after) = (try Archcalc.json(model("resnet18-script")), try Archcalc.json(path))
    #expect(before["totals"] as? NSDictionary == after["totals"] as? NSDictionary)
    // A network of the zoo is printed too.
    #expect(try Archcalc.run("export", "squeezenet", "--spec").output.contains("network squeezenet1_0 {"))
  }

  @Test("open extents must be given, and what cannot be said is an error that writes nothing") func refused() throws {
    let open = try Archcalc.run("export", model("mobilenet_v2-dynamic-script"), "--spec")
    #expect(open.status != 0 && open.output.isEmpty)
    #expect(open.errors.contains("leaves extents open"))
    let given = try Archcalc.run("export", model("mobilenet_v2-dynamic-script"), "--spec", "--input", "3x160x160")
    #expect(given.output.contains("input(3, 160, 160)"))
    #expect(try Archcalc.run("export", model("resnet18-script"), "--spec", "--onnx", "x.onnx").status != 0)
    #expect(try Archcalc.run("export", model("resnet18-script"), "--spec", "--batch", "2").status != 0)
  }

  @Test("a model that was made for two images at once, whose shuffle holds for two only") func fixedBatch() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let body = "input(8, 4, 4)\n  conv(1x1, 8, groups: 2) -> shuffle(2) -> conv(3x3, 8, groups: 4)\n"
    let path = try folder.write("network two {\n  \(body)}\n", to: "two.arch")
    let model = path + ".onnx"
    #expect(try Archcalc.run("export", path, "--onnx", model, "--batch", "2").status == 0)
    let printed = try Archcalc.run("export", model, "--spec")
    #expect(printed.status == 0 && printed.output.contains("shuffle(2)"), "\(printed.errors)")
    let again = try folder.write(printed.output, to: "again.arch")
    #expect(
      try Archcalc.json(path)["totals"] as? NSDictionary == Archcalc.json(again)["totals"] as? NSDictionary)
  }
}
