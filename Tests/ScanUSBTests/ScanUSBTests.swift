// Tests of ScanUSB.
