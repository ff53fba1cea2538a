import ArchReport
import ArchSpec

extension ReportCommand {
  /// An index, the claims, the papers' tables, and a report for each network: what is kept beside the specifications.
  func writeFolder(_ folder: String, _ requests: [AnalyzeRequest], _ verification: Verification?) throws {
    let networks = folder + "/networks"
    try Files.makeFolder(networks)
    var index = ZooIndex(version: version, verification: verification)
    var progress = Progress("networks", of: requests.count)
    defer { progress.clear() }
    for (position, request) in requests.enumerated() {
      progress.show(position)
      let study = try Self.study(request)
      let forms = try Self.forms(request, study)
      try index.add(study)
      let summary = SummaryJSON(study, forms: forms, layout: request.layout, version: version)
      try Files.write(try summary.json().text(), to: "\(networks)/\(study.graph.name).json")
    }
    try Files.write(index.markdown(), to: folder + "/index.md")
    guard let verification else { return }
    try Files.write(verification.markdown(version: version), to: folder + "/claims.md")
    let tables = PublishedTables(
      verification, sweeps: try requests.flatMap { try Self.publishedSweeps(of: $0.network, $0.word) },
      networks: requests.map(\.network.name), version: version)
    try Files.write(tables.markdown(), to: folder + "/tables.md")
  }

  /// The sweeps of a network that cite something and need nothing else, with what is counted at every point.
  private static func publishedSweeps(of network: NetworkSource, _ word: String) throws -> [PublishedTables.Sweep] {
    guard case .declared(let found) = network, word != "-" else { return [] }
    let words = Networks.isFile(word) ? [word, found.network] : [found.network]
    let metadata = try found.specification.metadata(of: found.specification.network(named: found.network)!)
    return try found.specification.declaredSweeps(of: found.network).enumerated().compactMap { index, sweep in
      guard sweep.solving == nil, sweep.citation != nil else { return nil }
      let request = try SweepRequest(words + ["--declared", String(index + 1)])
      let (columns, rows) = try SweepCommand.rows(of: request)
      return PublishedTables.Sweep(
        network: found.network, paper: Paper(metadata), citation: request.citation ?? "", columns: columns.names,
        rows: rows.map { row in
          row.values.map(\.description)
            + columns.metrics.indices.map { row.hasNetwork ? NumberText.exact(row.metrics[$0]) : "–" }
        },
        command: "archcalc sweep \(words.joined(separator: " ")) --declared \(index + 1)")
    }
  }
}
