"""Telegraf at the work that Snowgrid does: same broker, topics, payloads and store."""
