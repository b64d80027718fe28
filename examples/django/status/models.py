from django.db import models


class Visit(models.Model):
    """One look at the page."""

    seen_at = models.DateTimeField(auto_now_add=True)
    release = models.CharField(max_length=100, default="")


class Notice(models.Model):
    """What the page tells its readers."""

    text = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)
