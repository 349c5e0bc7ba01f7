"""Rollups in the running service: rows into the store, and repair out of it."""
