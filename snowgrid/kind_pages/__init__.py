"""Pages about the device kinds: a simulated stretch of each, drawn, and all that it declares."""
