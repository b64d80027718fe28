from django.urls import path

from status import views

urlpatterns = [
    path("", views.page),
    path("api/status", views.status),
    path("api/live", views.live),
    path("healthz", views.healthz),
]
