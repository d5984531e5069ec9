"""Django's PostgreSQL backend that starts the embedded server on connection."""

from django.db.backends.postgresql import base, client

from config.localdb.cluster import cluster_in


class DatabaseClient(client.DatabaseClient):
    def runshell(self, parameters):
        """psql opens its own connection: it cannot start the server, so Django connects first and stays."""
        self.connection.ensure_connection()
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_new_connection(self, conn_params):
        cluster = cluster_in(**self.settings_dict["LOCALDB"])
        if not cluster.is_joined:
            cluster.join(conn_params["dbname"])
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            cluster.join(conn_params["dbname"])  # the server or the database went away since
            return super().get_new_connection(conn_params)
