"""Where the files of a deployment are, within its folder; docker-compose.yml mounts the same."""

SETTINGS = ".env"
SECRETS = "secrets"

CA_CERTIFICATE = f"{SECRETS}/ca/ca.crt"
CA_KEY = f"{SECRETS}/ca/ca.key"

# Each service sees its own folder alone, so each has a copy.
CA_COPIES = (
    f"{SECRETS}/mosquitto/ca.crt",
    f"{SECRETS}/ingest/ca.crt",
    f"{SECRETS}/gateways/ca.crt",
)

BROKER_CERTIFICATE = f"{SECRETS}/mosquitto/server.crt"
BROKER_KEY = f"{SECRETS}/mosquitto/server.key"
BROKER_PASSWORDS = f"{SECRETS}/mosquitto/passwords"
BROKER_ACL = f"{SECRETS}/mosquitto/acl"
BROKER_HEALTH = f"{SECRETS}/mosquitto/mosquitto_sub"

INGEST_CERTIFICATE = f"{SECRETS}/ingest/client.crt"
INGEST_KEY = f"{SECRETS}/ingest/client.key"
INGEST_PASSWORD = f"{SECRETS}/ingest/mqtt-password"

GATEWAY_PASSWORDS = f"{SECRETS}/gateways/passwords"

INFLUXDB_ADMIN_PASSWORD = f"{SECRETS}/influxdb/admin-password"
INFLUXDB_ADMIN_TOKEN = f"{SECRETS}/influxdb/admin-token"
INGEST_TOKEN = f"{SECRETS}/tokens/ingest/token"
GRAFANA_TOKEN = f"{SECRETS}/tokens/grafana/token"
TOKEN_FOLDERS = (f"{SECRETS}/tokens/ingest", f"{SECRETS}/tokens/grafana")

GRAFANA_PASSWORD = f"{SECRETS}/grafana/admin-password"

IGNORED_BY_GIT = f"{SECRETS}/.gitignore"
