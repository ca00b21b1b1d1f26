// swift-tools-version: 6.3
import PackageDescription

/// The strict settings of the house; see Sources/README.md.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// How the shipped program is linked: without what only a shared library needs, and with the toolchain's own linker.
/// glibc understands packed relocations from 2.36 on. Tools/needs puts the static libstdc++ where the linker looks first;
/// the shared one does as well, and is slower to start.
let lean: [LinkerSetting] = [
  .unsafeFlags(
    ["-use-ld=lld", "-L", "\(Context.packageDirectory)/.build/static"]
      + ["-z", "pack-relative-relocs", "--as-needed", "--no-export-dynamic"].flatMap { ["-Xlinker", $0] },
    .when(configuration: .release))
]

/// libjpeg-turbo, static in the shipped program: it asks a variable of each thread for each block of pixels, and a shared
/// library has to call the loader for that, 2 % of a page's time.
let jpeg: [LinkerSetting] = [
  .linkedLibrary("jpeg", .when(configuration: .debug)),
  .unsafeFlags(["-Xlinker", "-l:libjpeg.a"], .when(configuration: .release)),
]

/// A build under libFuzzer, whose flags reach plugins too, finds the catalogue compiled already (Tools/fuzz/run).
let catalogue: [Target.PluginUsage] =
  Context.environment["PLATEN_CATALOGUE"] == "compiled" ? [] : ["CataloguePlugin"]

/// Rooms where no time is spent: small rather than fast. It saves 300 kB.
let compact: [SwiftSetting] = house + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

func room(
  _ name: String, _ dependencies: [Target.Dependency], data: [String] = [], settings: [SwiftSetting] = house
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: data, swiftSettings: settings)
}

/// A test target of the room it is named after. Tests may touch every room below, and the kit.
func tests(of name: String, _ dependencies: [Target.Dependency], data: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["TestKit", "Base"], exclude: data, swiftSettings: house)
}

/// A C library as a module map, for the one room that imports it.
func system(_ name: String, pkgConfig: String, debian package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
  name: "platen",
  products: [
    .executable(name: "platen", targets: ["platen"]),
    // For Tools/fuzz alone: a package of its own, which sees only what is public here. Nothing shipped uses it.
    .library(name: "FuzzDoors", targets: ["FuzzDoors"]),
  ],
  targets: [
    // C libraries, each with one importer.
    .target(name: "CLinux"),
    system("CUSB", pkgConfig: "libusb-1.0", debian: "libusb-1.0-0-dev"),
    system("COpenSSL", pkgConfig: "openssl", debian: "libssl-dev"),
    system("CARES", pkgConfig: "libcares", debian: "libc-ares-dev"),
    system("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),
    // Nothing is linked: the library is loaded when an answer has to be validated.
    .systemLibrary(name: "CUnbound"),
    // Loaded when first needed: libsane and libtiff.
    .target(name: "CSANE"),
    .target(name: "CTIFF"),
    .target(name: "CJPEG", linkerSettings: jpeg),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    // libcurl itself is opened when it is first needed.
    .target(name: "CCURL"),

    // The bottom.
    room("Base", ["CLinux"]),
    room("JSON", []),
    room("Crypto", ["Base", "COpenSSL"]),

    // Pure rooms.
    room("Raster", ["Base"]),
    room("Paper", ["Raster", "Base", "CJPEG", "CTIFF", "CPNG"]),
    room("Mail", ["Base", "Crypto"]),
    room("Settings", ["JSON", "Base"], settings: compact),
    room("Routes", ["Mail", "Settings", "Crypto", "JSON", "Base"], settings: compact),
    // The catalogue of failures is data that is compiled into the room.
    .target(
      name: "Diagnosis", dependencies: ["Mail", "Crypto", "JSON", "Base"], exclude: ["Catalogue"],
      swiftSettings: compact, plugins: catalogue),
    room(
      "Jobs", ["Diagnosis", "Routes", "Paper", "Mail", "Settings", "Raster", "Crypto", "JSON", "Base"],
      settings: compact),
    room(
      "Interface", ["Jobs", "Diagnosis", "Routes", "Paper", "Mail", "Settings", "Raster", "JSON", "Crypto", "Base"],
      data: ["io.platen.varlink"]),

    // What compiles the catalogue.
    .target(name: "CatalogueCompiler", dependencies: ["JSON"], path: "Tools/catalogue/Compiler", swiftSettings: house),
    .executableTarget(
      name: "catalogue-compiler", dependencies: ["CatalogueCompiler"], path: "Tools/catalogue/Program",
      swiftSettings: house),
    .plugin(
      name: "CataloguePlugin", capability: .buildTool(), dependencies: ["catalogue-compiler"],
      path: "Tools/catalogue/Plugin"),

    // Hands.
    // The quirks that are known are data of the board, and travel within the program.
    .target(
      name: "ScanSane", dependencies: ["Jobs", "Diagnosis", "Paper", "Settings", "Raster", "JSON", "Base", "CSANE"],
      resources: [.embedInCode("scanners.json5")], swiftSettings: house),
    room("ScanUSB", ["Jobs", "Base", "CUSB"], settings: compact),
    room("Link", ["Jobs", "Diagnosis", "Mail", "Routes", "Crypto", "Base", "CARES", "CCURL", "CUnbound"]),
    room("Spool", ["Jobs", "Diagnosis", "Paper", "Mail", "JSON", "Base", "CSQLite"], settings: compact),
    room("Host", ["Diagnosis", "Settings", "Crypto", "Base"], settings: compact),

    // The whole.
    room(
      "Appliance",
      [
        "ScanSane", "ScanUSB", "Link", "Spool", "Host", "Interface", "Jobs", "Diagnosis", "Routes", "Paper", "Mail",
        "Settings", "Raster", "Crypto", "JSON", "Base",
      ], settings: compact),
    .executableTarget(
      name: "platen",
      dependencies: [
        "Appliance", "ScanSane", "Host", "Interface", "Jobs", "Diagnosis", "Routes", "Mail", "Settings", "Raster",
        "Crypto", "JSON", "Base",
      ],
      swiftSettings: house, linkerSettings: lean),

    // Tests.
    .target(
      name: "TestKit", dependencies: ["Diagnosis", "Base"], path: "Tests/TestKit", exclude: ["Programs"],
      swiftSettings: house),
    tests(of: "Base", []),
    tests(of: "Crypto", ["Crypto"]),
    tests(of: "Raster", ["Raster"]),
    tests(of: "Paper", ["Paper", "Raster", "Crypto"]),
    tests(of: "Mail", ["Mail", "Crypto"]),
    tests(of: "JSON", ["JSON"]),
    // The schema's presets are entered by the files of Routes.
    tests(of: "Settings", ["Settings", "Routes", "JSON"]),
    tests(of: "Routes", ["Routes", "Diagnosis", "Settings", "Mail", "Crypto", "JSON"]),
    tests(
      of: "Diagnosis", ["Diagnosis", "CatalogueCompiler", "Mail", "Crypto", "JSON"], data: ["PanelCodes.txt"]),
    tests(
      of: "Jobs", ["Jobs", "Diagnosis", "Paper", "Mail", "Routes", "Settings", "Raster", "Crypto", "JSON"],
      data: ["SectionB.txt"]),
    tests(of: "Interface", ["Interface", "Jobs", "Diagnosis", "Mail", "Settings", "Raster", "JSON"]),
    tests(of: "ScanSane", ["ScanSane", "Jobs", "Diagnosis", "Paper", "Raster"]),
    tests(of: "ScanUSB", ["ScanUSB"]),
    tests(of: "Link", ["Link", "Jobs", "Diagnosis", "Mail", "Routes", "Crypto"]),
    tests(of: "Spool", ["Spool", "Jobs", "Diagnosis", "Paper", "Mail", "Raster"]),
    tests(of: "Host", ["Host", "Settings", "Crypto"]),
    tests(
      of: "Appliance",
      [
        "Appliance", "ScanUSB", "Host", "Spool", "Interface", "Jobs", "Diagnosis", "Routes", "Mail", "Settings",
        "Raster", "Crypto", "JSON",
      ]),
    tests(of: "platen", ["platen", "Interface", "Jobs", "Diagnosis", "Settings", "Raster", "JSON"]),
    tests(of: "System", ["platen", "Crypto"]),
    tests(of: "Durability", ["platen", "Host", "Spool", "Jobs", "Diagnosis", "Paper", "Crypto"]),

    // What Tools/fuzz feeds.
    .target(
      name: "FuzzDoors",
      dependencies: [
        "ScanSane", "Host", "Diagnosis", "Routes", "Paper", "Mail", "Settings", "Raster", "Crypto", "JSON",
        "Base",
      ], path: "Tools/fuzz/Doors", swiftSettings: house),
    tests(of: "Fuzz", ["FuzzDoors"]),
  ]
)
