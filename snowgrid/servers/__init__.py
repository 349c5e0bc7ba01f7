"""Real servers on loopback, as children of this process."""
