"""A PostgreSQL of our own for whoever has none: the database backend `config.localdb`.

The server starts with the first connection and stops with the last process that used it. It listens on a private
socket only. Importing settings, `check` and `collectstatic` start nothing.

    settings   which database, and where its data may live
    base       the backend that Django loads
    cluster    one data folder, shared by any number of processes
    server     start, stop and ping the PostgreSQL in that folder
    programs   whose binaries
    tools      run them
    account    as whom the server runs (it refuses root)
    folders    where data may live, and for whom
    locks      the kernel's locks, gone with whoever held them
    testing    a throw-away cluster for pytest
"""
