"""The published shape of a feed, docs/schemas/feed.schema.json, as a check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from jsonschema import Draft202012Validator


def check(feed: dict[str, Any]) -> None:
    """Raises where ``feed`` is not as the schema says."""
    schema = json.loads((Path(settings.BASE_DIR) / "docs/schemas/feed.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(feed)
