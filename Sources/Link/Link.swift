// The room Link; see Sources/README.md.
