// The portal of the tests: long enough to be worth compressing, line line line line line line line line line line line line line line line line line line line line
