// The room Paper; see Sources/README.md.
