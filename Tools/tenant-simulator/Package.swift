// swift-tools-version: 6.3
import PackageDescription

/// The strict settings of the house; see Sources/README.md of the checkout.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]

// Nothing of Platen is used here: the simulator judges it.
let package = Package(
  name: "tenant-simulator",
  products: [.executable(name: "tenant-simulator", targets: ["tenant-simulator"])],
  targets: [
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .executableTarget(name: "tenant-simulator", dependencies: ["COpenSSL"], swiftSettings: house),
    .testTarget(name: "SimulatorTests", dependencies: ["tenant-simulator"], swiftSettings: house),
  ]
)
