import logging
import os

from flask import Flask, jsonify, redirect, render_template, request, url_for

from . import db

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]

logging.basicConfig(level=os.environ.get("LOG_LEVEL", "info").upper())

TITLE = os.environ.get("GUESTBOOK_TITLE", "Guest book")


@app.get("/")
def index():
    return render_template("index.html", title=TITLE, entries=db.latest_entries())


@app.post("/entries")
def create_entry():
    name = request.form.get("name", "").strip()[:80]
    message = request.form.get("message", "").strip()[:500]
    if not name or not message:
        page = render_template(
            "index.html",
            title=TITLE,
            entries=db.latest_entries(),
            error="Please give a name and a message.",
        )
        return page, 400
    db.add_entry(name, message)
    app.logger.info("new entry by %s", name)
    return redirect(url_for("index"))


@app.get("/health")
def health():
    try:
        db.ping()
    except Exception as error:
        app.logger.warning("database: %s", error)
        return jsonify(status="error", error=type(error).__name__), 503
    return jsonify(status="ok")
