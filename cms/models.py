"""The table of the database cache as a model, so that migrations alone make a whole site."""

from django.db import models


class CacheEntry(models.Model):
    """What Django's database cache keeps; the columns are those that it expects. Nobody else reads it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "cache_entry"

    def __str__(self) -> str:
        return self.cache_key
