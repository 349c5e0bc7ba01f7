"""Plays a fleet: whose turn it is, at what pace, and how far it has come."""
