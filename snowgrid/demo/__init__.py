"""A whole region in one terminal: broker, devices, service and database, and no server."""
