// The room Spool; see Sources/README.md.
