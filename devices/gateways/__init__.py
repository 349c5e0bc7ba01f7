"""Simulated gateways: connections that publish for their devices and lose nothing lightly."""
