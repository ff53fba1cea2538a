import ArchAlgebra
import ArchCost
import ArchRuntime
import ArchSpec

// A family of small networks, its cost as a formula, the widest member within a budget, and that one run.

let (input, conv, bn, relu) = (Layers.input, Layers.conv, Layers.bn, Layers.relu)
let width: SpecExpr = "width"
let syntax = try SpecSyntax("small") {
  Param("width", as: "w", 16, in: "1..256", "channels of the first layer")
  Network("small") {
    input(3, 64, 64)
    conv("3x3", width, stride: 2) --> bn --> relu
    conv("3x3", width * 2, stride: 2) --> bn --> relu
    Layers.avgpool("global")
    Layers.linear(10)
  }
}
let specification = try Specification(syntax)

let family = try specification.elaborate("small", as: Expr.self)
let macs = try Analysis(family.graph, assuming: family.assumptions).total.macs
print("MACs = \(macs)")

let budget: Rational = 10_000_000
let compiled = try CompiledExpr(macs, variables: [Symbol("w")])
let widest = try (1...256).last { try compiled.evaluate([$0]) <= budget }!

var options = ElaborationOptions()
options.settings["width"] = .number(Expr(widest))
let network = try specification.elaborate("small", options: options, as: Int.self)
let total = try Analysis(network.graph).total
print("width \(widest): \(try total.macs) MACs, \(try total.parameters.trainable) parameters")

let plan = try Planner.plan(network.graph, weights: GeneratedWeights())
let image = [Float](repeating: 0.5, count: 3 * 64 * 64)
let scores = Executor(plan, threads: 2).run([image])[0]
print("\(scores.count) outputs, \(scores.allSatisfy(\.isFinite) ? "all finite" : "not finite")")
