// Tests of Link.
