"""Settings for workers that a test starts as processes: its own database and data folder, a short lease."""

import json
import os
from pathlib import Path

from cms.settings.test import *  # noqa: F403
from cms.settings.test import STORAGES

_told = json.loads(os.environ["WORKER_TEST"])
DATA_DIR = Path(_told["data_folder"])
DATABASES = {"default": _told["database"]}
STORAGES = STORAGES | {
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    }
}
JOB_LEASE_SECONDS = 1.0
