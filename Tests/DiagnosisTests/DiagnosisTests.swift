// Tests of Diagnosis.
