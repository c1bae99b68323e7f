"""What the application's role may do: work with rows, never with the schema, and only add to the journals."""

import psycopg
from psycopg import sql

JOURNALS = ("flow_entry", "flow_anchor", "flow_receipt", "org_reading", "org_change", "org_areaversion")
"""Tables that only grow. Triggers refuse changes too; without the right there is nothing to disable."""


def grant(connection: psycopg.Connection[tuple[object, ...]], *, role: str) -> None:
    """Give ``role`` its rights on every table there is now. The connection belongs to the tables' owner."""
    who = sql.Identifier(role)
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
    ):
        connection.execute(sql.SQL(statement).format(who))
    for table in _present(connection):
        name = sql.Identifier(table)
        connection.execute(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(name, who))
        # To lock a table against writers while an anchor is made; it changes no row.
        connection.execute(sql.SQL("GRANT MAINTAIN ON {} TO {}").format(name, who))


def _present(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(%s)", [list(JOURNALS)]
    )
    return [str(name) for (name,) in rows]
