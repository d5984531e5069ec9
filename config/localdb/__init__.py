"""The database backend `config.localdb`: an embedded PostgreSQL for installations without a server.

The server starts with the first connection and stops with the last process that used it. It listens on a private
socket only. Importing settings, `check` and `collectstatic` start nothing.

    settings   database settings and data folder
    base       the backend loaded by Django
    cluster    one data folder, shared by any number of processes
    server     start, stop and ping the PostgreSQL in that folder
    binaries   location of the PostgreSQL binaries
    processes  run them
    account    operating system account of the server (PostgreSQL refuses root)
    folders    choice and permissions of the data folder
    locks      file locks, released when a process ends
    testing    a throw-away cluster for pytest
"""
