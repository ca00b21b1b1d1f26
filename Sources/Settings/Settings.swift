// The room Settings; see Sources/README.md.
