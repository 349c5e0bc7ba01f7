"""Scenarios: loads with a name, a seed and an expected outcome, in `seeds/scenarios`."""
