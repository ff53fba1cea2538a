// swift-tools-version: 6.1
import PackageDescription

// One package without dependencies. The arrows of the architecture are the `dependencies:` below:
// each module imports only what stands to its left in the list, never the other way round.
let package = Package(
  name: "archcalc",
  products: [
    .library(name: "ArchAlgebra", targets: ["ArchAlgebra"]),
  ],
  targets: [
    .target(name: "ArchAlgebra"),
    .testTarget(name: "ArchAlgebraTests", dependencies: ["ArchAlgebra"]),
  ]
)
