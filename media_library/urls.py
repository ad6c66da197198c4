"""Addresses of stored files, public and for staff. Other addresses belong to the rooms of the site."""

from __future__ import annotations

from django.urls import path

from media_library.files import serving

app_name = "media_library"
urlpatterns = [
    path("files/<str:public_id>/<str:name>", serving.file, name="file"),
    path("admin/files/<int:pk>/<str:name>", serving.staff_file, name="staff_file"),
]
