from django.db import migrations


class Migration(migrations.Migration):
    """The table of the cache (config.settings.CACHES) that counts attempts: as `createcachetable` makes it, but unlogged.

    Nothing in it outlives five minutes, so it needs no journal; after a crash the server empties it.
    """

    dependencies = [("accounts", "0004_factor_removal")]

    operations = [
        migrations.RunSQL(
            [
                """
                CREATE UNLOGGED TABLE accounts_attempts (
                    cache_key varchar(255) PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamp with time zone NOT NULL
                )
                """,
                "CREATE INDEX accounts_attempts_expires ON accounts_attempts (expires)",
            ],
            "DROP TABLE accounts_attempts",
        )
    ]
