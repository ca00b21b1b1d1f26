// Tests of ScanSane.
