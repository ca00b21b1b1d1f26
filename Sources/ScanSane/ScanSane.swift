// The room ScanSane; see Sources/README.md.
