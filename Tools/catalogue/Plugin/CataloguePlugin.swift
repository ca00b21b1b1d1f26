import Foundation
import PackagePlugin

/// Compiles the catalogue of failures into the room that shows it, whenever one of its files has changed.
@main struct CataloguePlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target as? any SourceModuleTarget else { return [] }
    let folder = target.directoryURL.appending(path: "Catalogue")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json5" }
      .sorted { $0.path() < $1.path() }
    let output = context.pluginWorkDirectoryURL.appending(path: "CompiledCatalogue.swift")
    return [
      .buildCommand(
        displayName: "Compiling the catalogue of failures",
        executable: try context.tool(named: "catalogue-compiler").url,
        arguments: [output.path()] + files.map { $0.path() }, inputFiles: files, outputFiles: [output])
    ]
  }
}
