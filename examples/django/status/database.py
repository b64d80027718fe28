"""What the page tells of the database."""

import time
from typing import Any

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from status.models import Notice, Visit


def database_status() -> dict[str, Any]:
    """Its state, or why it cannot be asked; never an exception."""
    began = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version'), pg_database_size(current_database())")
            version, size = cursor.fetchone()
        applied, pending = migrations()
        visits = Visit.objects.count() if not pending else None
        notices = [notice.text for notice in Notice.objects.order_by("id")] if not pending else []
    except Error as error:
        connection.close()
        return {"kind": "unreachable", "reason": " ".join(str(error).split())}
    return {
        "kind": "ok",
        "version": version,
        "sizeBytes": size,
        "latencyMs": round((time.monotonic() - began) * 1000, 1),
        "migrations": {"applied": applied, "pending": pending},
        "visits": visits,
        "notices": notices,
    }


def migrations() -> tuple[list[dict[str, str]], list[str]]:
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    pending = [migration.name for migration, _ in executor.migration_plan(targets)]
    if not MigrationRecorder(connection).has_table():
        return [], pending
    rows = MigrationRecorder.Migration.objects.using(connection.alias).filter(app="status").order_by("id")
    return [{"name": row.name, "appliedAt": row.applied.isoformat()} for row in rows], pending
