/// The words of SANE's own catalogs (sane-backends 1.2.1) for the values that matter, folded by ``folded(_:)``.
///
/// Drivers and the network backend hand translated values out now and then.
enum Translations {
  /// A translated word, folded, to the English one, folded.
  static let english: [String: String] = Dictionary(
    words.flatMap { english, translated in translated.map { ($0, english) } }, uniquingKeysWith: { first, _ in first })

  private static let words: [(String, [String])] = [
    (
      "flatbed",
      [
        "aplat", "desuperfícieplana", "fiksaebeno", "flachbett", "flatbädd", "pianofisso", "plana", "plano",
        "płyta", "stolní", "síkágyas", "taso", "планшет", "планшетный", "סורקשטוח", "フラットベッド", "平板扫描仪",
      ]
    ),
    (
      "adf",
      [
        "adfperalanvers", "adfprzód", "adf表面", "alimentadorautomàticdedocuments",
        "alimentadorautomáticodedocumentosadf", "alimentadordedocumentos", "alimentadordedocuments",
        "alimentatoreautomaticodeidocumenti", "alimentatoredeidocumenti", "asiakirjansyöttäjä",
        "automaattinensyöttö", "automatickýpodavačdokumentů", "automatikusdokumentumadagoló",
        "automatischedocumentinvoer", "automatischedocumentinvoervoorzijde", "automatischerdokumenteneinzug",
        "automatischerdokumenteneinzugvorne", "automatiskdokumentføder", "automatiskdokumentmatare",
        "automatiskdokumentmatareframsida", "automatycznypodajnikdokumentów", "aŭtomataprovizilodedokumentoj",
        "chargeurautomatiquededocument", "chargeurautomatiquededocuments",
        "chargeurautomatiquededocumentsrecto", "documentinvoer", "dokumenteneinzug", "dokumentføder",
        "dokumentmatare", "dokumentmater", "feederзадокументи", "fronteadf", "podajnikdokumentów",
        "podavačdokumentů", "provizilopordokumentoj", "автоматическийподатчикдокументов",
        "автоматичнаподачадокументів", "автоматичноподаваненадокументи", "апд",
        "переднееустройствоподачидокументов", "передпротяжногомеханізму", "податчиклистов", "подачадокументів",
        "упд", "חזיתמזיןמסמכיםאוטומטי", "מזיןמסמכים", "מזיןמסמכיםאוטומטי", "書類送り装置", "自动输稿器", "自动输稿器正面",
        "自動原稿送り装置", "输稿器",
      ]
    ),
    (
      "adfduplex",
      [
        "adfdwustronny", "adfperalesduescares", "adf両面", "alimentadoradoscaras", "alimentadordúplex",
        "automatischedocumentinvoerdubbelzijdig", "automatiskdokumentmataredubbelsidigt",
        "chargeurautomatiquededocumentsrectoverso", "dokumenteneinzugmitduplex", "frontadorsaadf",
        "двобічнаапд", "двухстороннееустройствоподачидокументов", "דוצדדימזיןמסמכיםאוטומטי", "自动输稿器双向",
      ]
    ),
    (
      "duplex",
      [
        "dobbeltsidet", "doscaras", "duascaras", "dubbelsidigt", "dubbelzijdig", "duescares", "dwustronny",
        "frontadorsa", "fronteeretro", "kaksipuolinen", "oboustraně", "rectoverso", "двобічна",
        "двухсторонний", "дуплексно", "דוצדדי", "両面", "双工",
      ]
    ),
    (
      "simplex",
      [
        "einseitig", "enkelsidigt", "enkeltsidet", "enkelzijdig", "jednostraně", "jednostronny", "recto",
        "solofronte", "unacara", "unhacara", "unuopa", "yksipuolinen", "однобічна", "односторонний",
        "симплексно", "חדצדדי", "单工", "片面",
      ]
    ),
    (
      "lineart",
      [
        "artlineal", "binario", "duuma", "lijntekening", "linhas", "liñadearte", "líneadearte", "perokresba",
        "streckteckning", "stregtegning", "strektegning", "strichzeichnung", "trait", "trybkreski",
        "viivapiirros", "vonalas", "штрихове", "штриховой", "סגנוןקווי", "線画", "线稿",
      ]
    ),
    (
      "gray",
      [
        "cinzento", "graustufen", "grey", "grigio", "grijs", "gris", "grizo", "grå", "gråtone", "harmaasävy",
        "skalaszarości", "szürke", "šedá", "сиво", "сірий", "чёрнобелый", "אפור", "グレー", "灰阶",
      ]
    ),
    (
      "color",
      [
        "barva", "colore", "colour", "cor", "couleur", "farbe", "farge", "farve", "färg", "kleur", "kolor",
        "koloro", "színes", "väri", "кольоровий", "цветной", "цвят", "צבע", "カラー", "彩色",
      ]
    ),
  ]
}
