// swift-tools-version: 6.3
import PackageDescription

/// The fuzz programs, one a door of `FuzzDoors`. A package of their own: libFuzzer brings their `main`, so that
/// they link only with `--sanitize=fuzzer` and would break every other build. `run` builds and runs them.
let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "platen", path: "../..")],
  targets: [
    "session", "replies", "configuration", "reports", "images", "documents", "headers", "addresses", "zones", "rows",
    "lineart",
  ].map { door in
    .executableTarget(
      name: door, dependencies: [.product(name: "FuzzDoors", package: "platen")],
      path: "Sources/\(door)",
      // No top-level code: libFuzzer's main calls in.
      swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety(), .unsafeFlags(["-parse-as-library"])])
  }
)
