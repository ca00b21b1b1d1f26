/* Shim over the library: see the functions below for why each exists. */
