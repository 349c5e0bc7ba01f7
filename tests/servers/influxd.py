"""InfluxDB 1.6, the one Debian ships: the real storage engine and InfluxQL behind the facade."""

from snowgrid.servers import influxd
from tests.servers.influxql import Database


class Influxd(influxd.Influxd):
    """An InfluxDB 1.6 in which databases can be made."""

    def create_database(self, name: str) -> Database:
        """Create a database if it is not there."""
        database = Database(url=self.url, name=name)
        database.query(f'CREATE DATABASE "{name}"')
        return database
