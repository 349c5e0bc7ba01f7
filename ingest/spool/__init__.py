"""Durable line protocol on disk, between the broker's acknowledgement and the database."""
