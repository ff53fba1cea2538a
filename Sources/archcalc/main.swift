import ArchSpec
import ArchCost
import ArchAlgebra
import Specs
for file in Catalog.files {
  do {
    let spec = try Specification(Source(name: file.name, bytes: file.bytes))
    for network in spec.networks {
      do {
      let a: Architecture<Int> = try spec.elaborate(network.name.text)
      let n = try Analysis(a.graph)
      print(network.name.text, try n.total.parameters.trainable, n.total.parameters.weights, try n.total.macs, a.graph.violations().prefix(3))
      let s: Architecture<Expr> = try spec.elaborate(network.name.text)
      let e = try Analysis(s.graph)
      print("   ", try e.total.macs, "|", e.total.parameters.weights, s.conditions)
      } catch { print(network.name.text, error) }
    }
  } catch { print(error) }
}
