// The room ScanUSB; see Sources/README.md.
