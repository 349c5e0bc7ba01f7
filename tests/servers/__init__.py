"""Real servers for tests: children of this process, on loopback, in a temporary folder."""
