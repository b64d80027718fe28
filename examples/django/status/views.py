import os
import platform

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from status.database import database_status
from status.models import Visit


def page(request: HttpRequest) -> HttpResponse:
    database = database_status()
    if is_good(database):
        Visit.objects.create(release=settings.RELEASE)
    code = 503 if database["kind"] == "unreachable" else 200
    context = {"database": database, "app": app_status(), "mood": mood_of(database), "asked_at": timezone.now()}
    return render(request, "status/page.html", context, status=code)


def status(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"app": app_status(), "database": database_status()})


def healthz(_: HttpRequest) -> HttpResponse:
    database = database_status()
    if is_good(database):
        return HttpResponse("ok\n", content_type="text/plain")
    reason = database.get("reason") or f"migrations wait: {', '.join(database['migrations']['pending'])}"
    return HttpResponse(f"{reason}\n", status=503, content_type="text/plain")


async def live(request: HttpRequest) -> JsonResponse:
    """For the ASGI server: it waits for the database without holding a thread."""
    latest = await Visit.objects.order_by("-id").afirst()
    return JsonResponse(
        {
            "server": "asgi" if "asgi" in type(request).__name__.lower() else "wsgi",
            "visits": await Visit.objects.acount(),
            "latest": latest.seen_at.isoformat() if latest else None,
        }
    )


def is_good(database: dict) -> bool:
    return database["kind"] == "ok" and not database["migrations"]["pending"]


def mood_of(database: dict) -> str:
    if database["kind"] == "unreachable":
        return "bad"
    return "good" if is_good(database) else "warn"


def app_status() -> dict[str, str]:
    return {
        "release": settings.RELEASE,
        "host": os.environ.get("REPLICA") or platform.node(),
        "python": platform.python_version(),
        "django": django.get_version(),
    }
