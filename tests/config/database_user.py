"""A process that uses the database of a data folder until its input ends: FOLDER PROGRAMS [WORD to write]."""

import json
import sys
from pathlib import Path

import psycopg

from config.localdb.cluster import Cluster


def main(folder: str, programs: str, word: str = "") -> None:
    cluster = Cluster(Path(folder), programs)
    cluster.join("sitelight", throwaway=word == "throw away")
    with psycopg.connect(**{**cluster.server.address, "dbname": "sitelight"}, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # CREATE … IF NOT EXISTS fails when two do it at once
        connection.execute("CREATE TABLE IF NOT EXISTS note (word text)")
        connection.execute("SELECT pg_advisory_unlock(1)")
        if word:
            connection.execute("INSERT INTO note VALUES (%s)", [word])
        words = [row[0] for row in connection.execute("SELECT word FROM note ORDER BY word")]
        version = connection.info.server_version // 10000
        sys.stdout.write(json.dumps({"words": words, "version": version}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
