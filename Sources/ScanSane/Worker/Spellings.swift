import Jobs
import Raster

/// A value without what vendors vary for no reason: case, blanks, brackets, hyphens; in English.
func folded(_ value: String) -> String {
  let bare = String(value.lowercased().filter { $0.isLetter || $0.isNumber })
  return Translations.english[bare] ?? bare
}

/// How vendors spell what we ask for, folded; the first that a scanner has is taken.
enum Spellings {
  static let sources: [ScanSource: [String]] = [
    .flatbed: [
      "flatbed", "fb", "flatbedscanner", "platen", "documenttable", "normal", "opaquenormal", "reflective", "glass",
    ],
    .adf: [
      "adf", "automaticdocumentfeeder", "adffront", "adfsimplex", "automaticdocumentfeederleftaligned",
      "automaticdocumentfeedercentrallyaligned", "automaticdocumentfeedersimplex", "adfleftaligned",
      "adfcentrallyaligned", "adf1sided", "documentfeeder", "feeder", "sheetfeeder", "sheetfed", "front", "adfsingle",
      "simplex",
    ],
    .adfDuplex: [
      "adfduplex", "duplex", "automaticdocumentfeederduplex", "automaticdocumentfeederleftalignedduplex",
      "automaticdocumentfeedercentrallyalignedduplex", "adfleftalignedduplex", "adfcentrallyalignedduplex",
      "duplexadf", "adf2sided", "adfbothsides", "documentfeederduplex", "feederduplex", "bothsides", "adfboth",
    ],
  ]

  static let modes: [PixelFormat: [String]] = [
    .color: [
      "color", "colour", "24bitcolor", "24bitcolour", "color24bit", "truecolor", "fullcolor", "rgb", "24bit",
      "24bitcolorfast", "color16millioncolors", "colorphoto", "48bitcolor",
    ],
    .gray: [
      "gray", "grey", "grayscale", "greyscale", "truegray", "8bitgray", "gray8bit", "256levelsofgray",
      "256grayscale", "256grays", "grayscale256levels", "8bitgrayscale", "16bitgray",
    ],
    .lineart: [
      "lineart", "binary", "blackwhite", "bw", "blackandwhite", "threshold", "1bit", "1bitbw", "mono", "monochrome",
      "bilevel", "blackandwhitelineart", "1bitblackwhite", "thresholded",
    ],
  ]

  /// What drivers call the options that the standard calls `resolution` and `source`.
  static let resolutionOptions = ["resolution", "x-resolution", "scan-resolution"]
  static let sourceOptions = ["source", "doc-source"]

  /// Options that make a feeder turn the sheet, and their values.
  static let duplexOptions = ["duplex", "adfmode", "adfduplex", "duplexscan", "bothsides", "scanbothsides"]
  static let duplexValues = ["duplex", "bothsides", "doublesided", "2sided", "on"]
  static let simplexValues = ["simplex", "frontside", "front", "singlesided", "1sided", "onesided", "off"]

  /// The value of `available` that comes first in `spellings`.
  static func choose(_ spellings: [String], from available: [String]) -> String? {
    let folds = available.map { folded($0) }
    return spellings.lazy.compactMap { folds.firstIndex(of: $0) }.first.map { available[$0] }
  }

  static func choose(_ source: ScanSource, from available: [String]) -> String? {
    choose(sources[source] ?? [], from: available)
  }

  static func choose(_ mode: PixelFormat, from available: [String]) -> String? {
    choose(modes[mode] ?? [], from: available)
  }

  /// What a scanner means by a value of its source option; nil for a slide holder and the like.
  static func source(of value: String) -> ScanSource? {
    ScanSource.allCases.first { sources[$0]?.contains(folded(value)) == true }
  }
}
