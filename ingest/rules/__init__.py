"""Alert rules: their files, and the state machine that evaluates them on frames."""
