"""One secret a month: whoever made a second one at the same moment counted its asker twice."""

from django.db import migrations, models


def keep_the_first(apps, schema_editor):
    """Of several secrets of a month the first is the one that everybody has taken since."""
    secrets = apps.get_model("search", "Asker").objects.using(schema_editor.connection.alias).filter(key="")
    first = secrets.values("month").annotate(first=models.Min("pk")).values_list("first", flat=True)
    secrets.exclude(pk__in=list(first)).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0004_quicker_embedded_index'),
    ]

    operations = [
        migrations.RunPython(keep_the_first, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='asker',
            constraint=models.UniqueConstraint(condition=models.Q(('key', '')), fields=('month',), name='one_secret_a_month'),
        ),
    ]
