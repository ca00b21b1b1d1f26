// Tests of Mail.
