"""Joins boards with what they are about: the kinds and the alert rules of a deployment."""
