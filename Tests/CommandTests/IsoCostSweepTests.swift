import Foundation
import Testing

/// The enumerations of Table 1 of the IGC paper as reconstructed: for each M the nearest L.
private let published: [Int: [(M: Int, L: Int, G: Int, T: Int)]] = [
  4672: [
    (1, 64, 64, 4672), (2, 40, 80, 4640), (3, 28, 84, 4620), (4, 21, 84, 4788), (5, 15, 75, 4500), (6, 12, 72, 4752),
    (8, 7, 56, 4424), (9, 6, 54, 4698), (13, 3, 39, 4680), (16, 2, 32, 4672), (23, 1, 23, 4784),
  ],
  17536: [
    (1, 128, 128, 17536), (2, 85, 170, 17510), (3, 64, 192, 17472), (4, 51, 204, 17748), (5, 41, 205, 17630),
    (6, 33, 198, 17226), (7, 28, 196, 17836), (8, 23, 184, 17480), (9, 19, 171, 17100), (11, 14, 154, 17402),
    (15, 8, 120, 17160), (22, 4, 88, 17776), (31, 2, 62, 17422), (44, 1, 44, 17468),
  ],
]

@Suite("Iso-cost sweeps")
struct IsoCostSweepTests {
  @Test("both enumerations, row by row", arguments: [4672, 17536])
  func rows(_ budget: Int) throws {
    let json = try Archcalc.json("igc", "--params", String(budget), "--sweep")
    #expect(json["schema"] as? String == "archcalc.sweep/1")
    let rows = try #require(json["rows"] as? [[String: Any]])
    for row in published[budget]! {
      let found = try #require(rows.first { $0["M"] as? Int == row.M })
      #expect(found["L"] as? Int == row.L && found["G"] as? Int == row.G && found["params"] as? Int == row.T)
    }
    // Every M is there, and no other L is nearer to the budget.
    #expect(rows.map { $0["M"] as? Int } == Array(1...rows.count))
    for row in rows {
      let (L, M) = (row["L"] as! Int, row["M"] as! Int)
      let distance = abs(L * M * (9 * M + L) - budget)
      for other in [L - 1, L + 1] where other > 0 { #expect(distance <= abs(other * M * (9 * M + other) - budget)) }
    }
  }

  @Test(
    "the widest rows and the continuous optima", arguments: [(4672, 28, 3, 84, 84.638), (17536, 41, 5, 205, 204.418)])
  func optimum(_ budget: Int, _ L: Int, _ M: Int, _ G: Int, _ bound: Double) throws {
    let json = try Archcalc.json("igc", "--params", String(budget), "--sweep")
    let optimum = try #require(json["optimum"] as? [String: [String: Any]])
    #expect(
      optimum["widest"]?["L"] as? Int == L && optimum["widest"]?["M"] as? Int == M
        && optimum["widest"]?["G"] as? Int == G)
    let continuous = try #require(optimum["continuous"])
    #expect(continuous["condition"] as? String == "L = 9*M")
    #expect(continuous["bound"] as? String == "(T/6)^(2/3)")
    #expect(abs((continuous["G"] as! Double) - bound) < 0.0005)
    #expect(abs((continuous["G"] as! Double) - Foundation.pow(Double(budget) / 6, 2.0 / 3)) < 1e-5)
  }

  /// Sets, steps, fractions, conditions, costs that fall, widths that divide only here and there.
  private static let general = """
    param w = 16 in 8..256:8
    param n = 2 in {1, 2, 5, 9}
    param g = 4 in 1..64
    param q = 1 in 1..
    param alpha = 1.0 in 0.25..1:0.25
    let area = w*n
    network deep {
      input(3, 32, 32)
      conv(3x3, w)
      repeat n { conv(3x3, in, groups: g) }
      sweep n solving w keeping params maximizing A = area
    }
    network grouped {
      input(3, 32, 32)
      conv(3x3, 64) -> conv(3x3, 64*alpha, groups: g)
      sweep alpha solving g keeping macs maximizing A = alpha*64
    }
    network cases {
      input(3, 32, 32)
      when n > 2 { conv(5x5, w) } else { conv(3x3, w) }
      conv(1x1, 1000/n - 100)
      sweep n solving w keeping weights maximizing A = w
    }
    network falling {
      input(3, 32, 32)
      conv(1x1, 100000 - 99*q) -> conv(1x1, w)
      sweep q solving w keeping weights maximizing A = w
    }
    """

  /// Each row is what the network costs at its values, and no other value of the solved parameter is nearer.
  @Test(
    "rows are networks that were built",
    arguments: [
      ("deep", "params", "n", "w", 30_000, Array(stride(from: 8.0, through: 256, by: 8))),
      ("grouped", "macs", "alpha", "g", 3_000_000, (1...64).map(Double.init)),
      ("cases", "weights", "n", "w", 30_000, Array(stride(from: 8.0, through: 256, by: 8))),
    ])
  func general(_ network: String, _ metric: String, _ vary: String, _ solve: String, _ budget: Int, _ choices: [Double])
    throws
  {
    let bench = try Workbench()
    let file = try bench.write("general.arch", Self.general)
    let json = try Archcalc.json(file, network, "--budget", String(budget), "--sweep")
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.count >= 3)
    func cost(_ x: Double, _ y: Double) throws -> Int? {
      let found = try? Archcalc.json(file, network, "--\(vary)", "\(x)", "--\(solve)", "\(Int(y))")
      let totals = found?["totals"] as? [String: Any]
      if metric == "macs" { return totals?["macs"] as? Int }
      return (totals?["params"] as? [String: Any])?[metric == "params" ? "trainable" : metric] as? Int
    }
    for row in rows {
      let (x, y) = (row[vary] as! Double, row[solve] as! Double)
      let mine = row[metric == "weights" ? "params" : metric] as! Int
      #expect(try cost(x, y) == mine)
      #expect(row["distance"] as? Int == mine - budget)
      let index = try #require(choices.firstIndex(of: y))
      for other in choices[max(0, index - 2)...min(choices.count - 1, index + 2)] where other != y {
        if let theirs = try cost(x, other) { #expect(abs(theirs - budget) >= abs(mine - budget)) }
      }
    }
  }

  @Test("a cost that falls in what varies, and a budget that no row meets")
  func falling() throws {
    let bench = try Workbench()
    let file = try bench.write("general.arch", Self.general)
    let rows = try Archcalc.json(file, "falling", "--budget", "100K", "--sweep")["rows"] as? [[String: Any]] ?? []
    #expect(rows.first?["q"] as? Int == 910 && rows.last?["q"] as? Int == 1010)
    let none = try Archcalc.json(file, "cases", "--budget", "5000", "--sweep")
    let optimum = try #require(none["optimum"] as? [String: Any])
    #expect(optimum["widest"] is NSNull && (optimum["nearest"] as? [String: Any])?["params"] as? Int == 5600)
    #expect(
      try Archcalc.run(file, "cases", "--budget", "5000", "--sweep").output.contains(
        "No row is within 10.0 % of the budget"))
    let least = try Archcalc.run(file, "deep", "--budget", "10", "--sweep")
    #expect(
      least.status != 0 && least.errors.contains("the least that was found is 360")
        && least.errors.contains("general.arch:11:"))
  }
}
