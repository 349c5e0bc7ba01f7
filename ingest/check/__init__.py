"""Finds out before the service starts whether it will be able to work."""
