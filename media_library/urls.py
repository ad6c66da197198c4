"""Addresses of files, public and for staff, and of uploads. Other addresses belong to the rooms of the site."""

from __future__ import annotations

from django.urls import path

from media_library.editing import uploads
from media_library.files import serving

app_name = "media_library"
urlpatterns = [
    path("files/<str:public_id>/<str:name>", serving.file, name="file"),
    path("admin/uploads/", uploads.uploads, name="uploads"),
    path("admin/uploads/<slug:token>/", uploads.upload, name="upload"),
    path("admin/files/<int:pk>/<str:name>", serving.staff_file, name="staff_file"),
]
