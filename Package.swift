// swift-tools-version: 6.1
import Foundation
import PackageDescription

// The kernels are optimised in every configuration, so that what `swift run` says about speed is true.
let hot: [SwiftSetting] = [.unsafeFlags(["-O"]), .enableExperimentalFeature("BuiltinModule")]
#if arch(x86_64)
let avx2: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-mavx2", "-Xcc", "-mfma"])] + hot
let avx512: [SwiftSetting] =
  [
    .unsafeFlags([
      "-Xcc", "-mavx512f", "-Xcc", "-mavx512dq", "-Xcc", "-mavx512bw", "-Xcc", "-mavx512vl", "-Xcc", "-mfma",
    ])
  ] + hot
#else
let avx2 = hot
let avx512 = hot
#endif

/// Rules are generic over their dimension and written in one module, used in another: without this the optimiser
/// would leave every use generic, and half of a short run would go into looking up metadata.
let specialized: [SwiftSetting] = [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

/// One file that starts without looking for libraries, and without the table of its symbols. Debian and Ubuntu have the C
/// library's archive among their compiler's packages; where it is missing, that library alone is found at the start.
let hasArchive = ["lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu"]
  .contains { FileManager.default.isReadableFile(atPath: "/usr/\($0)/libc.a") }
let whole = (hasArchive ? ["-static-executable", "-use-ld=lld"] : ["-static-stdlib"]) + ["-Xlinker", "-s"]

// One package without dependencies. The arrows of the architecture are the `dependencies:` below: each module imports
// only what stands above it in the list.
let package = Package(
  name: "archcalc",
  products: [
    .library(name: "ArchAlgebra", targets: ["ArchAlgebra"]),
    .library(name: "ArchIR", targets: ["ArchIR"]),
    .library(name: "ArchSpec", targets: ["ArchSpec"]),
    .library(name: "ArchCost", targets: ["ArchCost"]),
    .library(name: "ArchRuntime", targets: ["ArchRuntime"]),
    .library(name: "ArchVerify", targets: ["ArchVerify"]),
    .library(name: "ArchReport", targets: ["ArchReport"]),
    .library(name: "ArchPage", targets: ["ArchPage"]),
    .library(name: "ArchONNX", targets: ["ArchONNX"]),
    .library(name: "Specs", targets: ["Specs"]),
  ],
  targets: [
    .target(name: "ArchAlgebra", swiftSettings: specialized),
    .target(name: "ArchIR", dependencies: ["ArchAlgebra"], swiftSettings: specialized),
    .target(name: "ArchSpec", dependencies: ["ArchIR"], swiftSettings: specialized),
    .target(name: "ArchCost", dependencies: ["ArchIR"], swiftSettings: specialized),
    .target(name: "ArchONNX", dependencies: ["ArchIR"], swiftSettings: specialized),
    .target(name: "Microkernels", swiftSettings: hot),
    .target(name: "KernelsBaseline", dependencies: ["Microkernels"], swiftSettings: hot),
    .target(name: "KernelsAVX2", dependencies: ["Microkernels"], swiftSettings: avx2),
    .target(name: "KernelsAVX512", dependencies: ["Microkernels"], swiftSettings: avx512),
    .target(
      name: "ArchRuntime", dependencies: ["ArchIR", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512"],
      swiftSettings: hot),
    .target(name: "ArchVerify", dependencies: ["ArchSpec", "ArchCost"], swiftSettings: specialized),
    .target(name: "ArchReport", dependencies: ["ArchVerify", "ArchRuntime"], swiftSettings: specialized),
    .target(
      name: "ArchPage", dependencies: ["ArchReport"],
      resources: ["page.html", "page.css"].map { .embedInCode("Template/\($0)") }
        + ["exact", "model", "format", "layout", "drawing", "table", "charts", "page"].map {
          .embedInCode("Template/\($0).js")
        },
      swiftSettings: specialized),
    .target(
      name: "Specs", path: "Specs",
      resources: [
        "alexnet", "vgg", "resnet", "resnet_keras", "resnet_v2", "resnet_cifar", "resnext", "resnext_claims",
        "resnext_listings", "resnext_blocks", "resnext_cifar", "inception_v1", "inception_v2", "inception_v3",
        "inception_v4", "inception_resnet", "inception_modules", "mobilenet", "mobilenet_claims", "mobilenet_v2",
        "mobilenet_v3",
        "xception", "densenet", "densenet_cifar", "igc", "igc_residual", "igc_imagenet", "igcv2", "igcv3",
        "squeezenet", "shufflenet_v2", "mnasnet", "efficientnet", "senet", "regnet", "convnext",
        "primitives", "claims_resnext", "claims_resnext_forms", "claims_resnext_listings", "claims_igc",
        "claims_igc_width",
        "claims_inception", "claims_mobilenet", "claims_mobilenet_scaling", "claims_resnet", "claims_resnet_cost",
      ].map { .embedInCode("\($0).arch") }),
    .executableTarget(
      name: "archcalc", dependencies: ["ArchReport", "ArchPage", "ArchVerify", "ArchRuntime", "ArchONNX", "Specs"],
      swiftSettings: specialized,
      linkerSettings: [.unsafeFlags(whole, .when(platforms: [.linux], configuration: .release))]),
    .executableTarget(
      name: "sweep-benchmark", dependencies: ["ArchReport", "Specs"], path: "Benchmarks/Sweep",
      swiftSettings: specialized),
    .executableTarget(
      name: "KernelBench", dependencies: ["ArchRuntime", "Microkernels"], path: "Benchmarks/KernelBench",
      swiftSettings: hot),

    .testTarget(name: "ArchAlgebraTests", dependencies: ["ArchAlgebra", "TestSupport"]),
    .testTarget(
      name: "ArchRuntimeTests", dependencies: ["ArchRuntime", "Microkernels", "ArchCost", "TestSupport"],
      // Files that the tests read where they are.
      exclude: ["Fixtures"],
      swiftSettings: hot),
    .testTarget(
      name: "CommandTests", dependencies: ["archcalc", "ArchCost", "ArchReport", "ArchRuntime", "ArchSpec", "Specs"]),
    .testTarget(
      name: "ArchONNXTests", dependencies: ["ArchONNX", "ArchCost", "ArchRuntime", "ArchSpec", "Specs", "TestSupport"],
      // Files that the tests read where they are.
      exclude: ["Fixtures", "Found"]),
    .target(name: "TestSupport", dependencies: ["ArchSpec", "Specs"], path: "Tests/TestSupport"),
    .testTarget(
      name: "ArchVerifyTests", dependencies: ["ArchVerify", "TestSupport"],
      // Files that the tests read where they are.
      exclude: ["Fixtures"]),
    .testTarget(name: "ArchIRTests", dependencies: ["ArchIR", "TestSupport"]),
    .testTarget(name: "ArchCostTests", dependencies: ["ArchCost", "TestSupport"]),
    .testTarget(
      name: "ReferenceTests", dependencies: ["ArchCost", "TestSupport"], exclude: ["Fixtures/convert.py"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ArchSpecTests", dependencies: ["ArchSpec", "Specs", "TestSupport"],
      // Files that the tests read where they are.
      exclude: ["Snippets", "Bad"]),
  ]
)
