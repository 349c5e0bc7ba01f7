"""The book of figures: measures everything and writes `docs/performance.md`."""
