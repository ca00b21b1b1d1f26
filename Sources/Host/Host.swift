// The room Host; see Sources/README.md.
