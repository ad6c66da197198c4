"""Write the description of the API to ``docs/schemas/openapi.json``; a test holds the two together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cms.exchange.api import api
from cms.exchange.published import PLACE, written


class Command(BaseCommand):
    help = "Write the description of the public API (OpenAPI) into docs/schemas."

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.BASE_DIR) / PLACE
        target.write_text(written(api), encoding="utf-8")
        self.stdout.write(f"{PLACE}: {target.stat().st_size} bytes")
