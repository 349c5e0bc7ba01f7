"""New settings and rules for a service that runs: read, compared, and taken over, or refused."""
