"""The service: from MQTT bytes to committed, provably complete time series."""
