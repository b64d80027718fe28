import os
from functools import cache

from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool


@cache
def pool():
    # made at the first request, so that every gunicorn worker has its own
    conninfo = make_conninfo(
        host=os.environ["DB_HOST"],
        port=os.environ.get("DB_PORT", "5432"),
        dbname=os.environ["POSTGRES_DB"],
        user=os.environ["DB_USER"],
        password=os.environ["APP_PASSWORD"],
        connect_timeout=3,
    )
    return ConnectionPool(
        conninfo,
        min_size=1,
        max_size=5,
        timeout=3,
        check=ConnectionPool.check_connection,
        kwargs={"row_factory": dict_row},
        open=True,
    )


def ping():
    with pool().connection() as connection:
        connection.execute("SELECT 1")


def latest_entries(limit=50):
    with pool().connection() as connection:
        return connection.execute(
            "SELECT name, message, created_at FROM entry ORDER BY created_at DESC, id DESC LIMIT %s",
            (limit,),
        ).fetchall()


def add_entry(name, message):
    with pool().connection() as connection:
        connection.execute("INSERT INTO entry (name, message) VALUES (%s, %s)", (name, message))
