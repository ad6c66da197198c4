"""The table of keys, in the form of each database."""

from django.db import migrations

from search.engines.database import postgresql, sqlite

FORMS = {"sqlite": sqlite, "postgresql": postgresql}


def create(apps, schema_editor):
    schema_editor.execute(FORMS[schema_editor.connection.vendor].CREATE)


def drop(apps, schema_editor):
    schema_editor.execute(FORMS[schema_editor.connection.vendor].DROP)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_index")]
    operations = [migrations.RunPython(create, drop)]
