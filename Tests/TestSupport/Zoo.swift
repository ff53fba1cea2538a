import ArchAlgebra
import ArchSpec
import Specs

/// The networks that come with archcalc, found by name whatever file they are written in.
public enum Zoo {
  public static let specifications: [Specification] = Catalog.files.map { file in
    do { return try Specification(Source(name: file.name, bytes: file.bytes)) } catch {
      fatalError("\(file.name): \(error)")
    }
  }

  public static let names: [String] = specifications.flatMap { $0.networks.map(\.name.text) }

  public static func specification(of network: String) throws -> Specification {
    guard let found = specifications.first(where: { $0.network(named: network) != nil }) else {
      throw UnknownNetwork(name: network)
    }
    return found
  }

  /// - Parameter settings: as on a command line: `cardinality=32 width=4`.
  public static func elaborate<D: Dimension>(
    _ network: String, _ settings: String = "", batch: Int = 1, as type: D.Type = D.self
  ) throws -> Architecture<D> {
    let specification = try specification(of: network)
    let parameters = try specification.parameters(of: specification.network(named: network)!)
    var options = ElaborationOptions()
    options.batch = batch
    for setting in settings.split(separator: " ") {
      let parts = setting.split(separator: "=")
      let name = String(parts[0])
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        throw UnknownNetwork(name: "\(network) \(name)")
      }
      // Exact: 6/7 is a resolution multiplier of the paper's, and no decimal.
      options.settings[name] = try parameter.value(parsing: String(parts[1]))
    }
    return try specification.elaborate(network, options: options)
  }

  /// A network of a specification that stands in the test.
  public static func elaborate<D: Dimension>(
    text: String, _ network: String, as type: D.Type = D.self
  ) throws -> Architecture<D> {
    try Specification(Source(name: "test.arch", text: text)).elaborate(network)
  }

  public struct UnknownNetwork: Error { public var name: String }
}
