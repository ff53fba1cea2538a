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

  @Test("the widest rows and the continuous optima", arguments: [(4672, 28, 3, 84, 84.638), (17536, 41, 5, 205, 204.418)])
  func optimum(_ budget: Int, _ L: Int, _ M: Int, _ G: Int, _ bound: Double) throws {
    let json = try Archcalc.json("igc", "--params", String(budget), "--sweep")
    let optimum = try #require(json["optimum"] as? [String: [String: Any]])
    #expect(optimum["widest"]?["L"] as? Int == L && optimum["widest"]?["M"] as? Int == M && optimum["widest"]?["G"] as? Int == G)
    let continuous = try #require(optimum["continuous"])
    #expect(continuous["condition"] as? String == "L = 9*M")
    #expect(continuous["bound"] as? String == "(T/6)^(2/3)")
    #expect(abs((continuous["G"] as! Double) - bound) < 0.0005)
    #expect(abs((continuous["G"] as! Double) - Foundation.pow(Double(budget) / 6, 2.0 / 3)) < 1e-5)
  }
}
