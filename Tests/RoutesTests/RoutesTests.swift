// Tests of Routes.
