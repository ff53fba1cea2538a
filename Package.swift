// swift-tools-version: 6.1
import PackageDescription

// The kernels are optimised in every configuration, so that what `swift run` says about speed is true.
let hot: [SwiftSetting] = [.unsafeFlags(["-O"]), .enableExperimentalFeature("BuiltinModule")]
#if arch(x86_64)
let avx2: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-mavx2", "-Xcc", "-mfma"])] + hot
let avx512: [SwiftSetting] = [
  .unsafeFlags([
    "-Xcc", "-mavx512f", "-Xcc", "-mavx512dq", "-Xcc", "-mavx512bw", "-Xcc", "-mavx512vl", "-Xcc", "-mfma",
  ])
] + hot
#else
let avx2 = hot
let avx512 = hot
#endif

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
    // Kernels and runtime.
    .target(name: "Microkernels", swiftSettings: hot),
    .target(name: "KernelsBaseline", dependencies: ["Microkernels"], swiftSettings: hot),
    .target(name: "KernelsAVX2", dependencies: ["Microkernels"], swiftSettings: avx2),
    .target(name: "KernelsAVX512", dependencies: ["Microkernels"], swiftSettings: avx512),
    .target(
      name: "ArchRuntime", dependencies: ["Microkernels", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512"],
      swiftSettings: hot),
    .executableTarget(
      name: "KernelBench", dependencies: ["ArchRuntime", "Microkernels"], path: "Benchmarks/KernelBench",
      swiftSettings: hot),
  ]
)
