"""The PostgreSQL that comes along: found, created, started, watched and stopped by a small supervisor of our own.

``binaries``   where ``initdb``, ``postgres`` and the rest are
``account``    the unprivileged user the server runs as when we are root
``cluster``    one data folder: create, start, stop, recover
"""
