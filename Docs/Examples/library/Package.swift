// swift-tools-version: 6.1
import PackageDescription

// Elsewhere the dependency is .package(url: "…/archcalc", branch: "main"): the kernels are built with flags of their own,
// which SwiftPM takes from a branch, a revision or a folder, not from a version.
let package = Package(
  name: "widest",
  dependencies: [.package(name: "archcalc", path: "../../..")],
  targets: [
    .executableTarget(
      name: "widest",
      dependencies: ["ArchAlgebra", "ArchCost", "ArchRuntime", "ArchSpec"].map { .product(name: $0, package: "archcalc") })
  ]
)
