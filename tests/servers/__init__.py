"""Real servers and a real browser for the tests, out of packages: nothing is installed by hand."""
