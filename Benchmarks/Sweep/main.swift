// Evaluates the total cost of a network at 100,000 points of two parameters through its compiled closed form, on one
// thread, and prints a checksum. Benchmarks/core.py times the whole process.
//
//     sweep-benchmark NETWORK FIRST SECOND [POINTS]

import ArchAlgebra
import ArchReport
import ArchSpec
import Specs

func fail(_ message: String) -> Never { fatalError(message) }

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 3 else { fail("sweep-benchmark NETWORK FIRST SECOND [POINTS]") }
let words = Array(arguments)
let points = words.count > 3 ? Int(words[3]) ?? 100_000 : 100_000

let library = Library(Catalog.files.map { Source(name: $0.name, bytes: $0.bytes) })
guard let entry = library.entry(named: words[0]) else { fail("no network \(words[0])") }
let specification = try library.specification(of: entry)
let forms = try ClosedForms(specification, network: entry.network)
let symbols = words[1...2].map { name in
  guard let setting = forms.subject.settings.first(where: { $0.parameter.name == name }) else {
    fail("no parameter \(name)")
  }
  return setting.parameter.symbol
}
let others = forms.subject.binding.filter { !symbols.contains($0.key) }.mapValues { Expr($0) }
let macs = try CompiledExpr(forms.analysis.total.macs.substituting(others), variables: symbols)

let side = max(1, points / 1000)
var checksum = 0
var count = 0
for first in 1...side {
  for second in 1...max(1, points / side) {
    checksum &+= try macs.evaluateInteger([first, second])
    count += 1
  }
}
// The sweep is only worth timing if it is right: one point against the network analysed at that point.
var options = ElaborationOptions()
options.settings = [words[1]: .number(Expr(3)), words[2]: .number(Expr(5))]
let study = try Study(specification, network: entry.network, options: options)
guard try macs.evaluateInteger([3, 5]) == study.total.macs else { fail("closed form and analysis differ") }
print("points \(count) checksum \(checksum)")
