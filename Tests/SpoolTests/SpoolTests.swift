// Tests of Spool.
