// swift-tools-version: 6.1
import PackageDescription

// One package without dependencies. The arrows of the architecture are the `dependencies:` below:
// each module imports only what stands above it in the list.
let package = Package(
  name: "archcalc",
  products: [
    .library(name: "ArchAlgebra", targets: ["ArchAlgebra"]),
    .library(name: "ArchIR", targets: ["ArchIR"]),
    .library(name: "ArchSpec", targets: ["ArchSpec"]),
  ],
  targets: [
    .target(name: "ArchAlgebra"),
    .target(name: "ArchIR", dependencies: ["ArchAlgebra"]),
    .target(name: "ArchSpec", dependencies: ["ArchIR"]),
    .target(name: "ArchCost", dependencies: ["ArchIR"]),
    .target(name: "ArchReport", dependencies: ["ArchSpec", "ArchCost"]),
    .target(
      name: "Specs", path: "Specs",
      resources: ["resnet", "resnext", "mobilenet", "igc"].map { .embedInCode("\($0).arch") }),
    .executableTarget(name: "archcalc", dependencies: ["ArchReport", "Specs"]),

    .target(name: "TestSupport", dependencies: ["ArchSpec", "Specs"], path: "Tests/TestSupport"),
    .testTarget(name: "ArchIRTests", dependencies: ["ArchIR", "TestSupport"]),
    .testTarget(
      name: "ReferenceTests", dependencies: ["ArchCost", "TestSupport"], exclude: ["Fixtures/convert.py"],
      resources: [.copy("Fixtures")]),
  ]
)
