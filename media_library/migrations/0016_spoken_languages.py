from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery

import media_library.speech


def from_records(apps, schema_editor):
    """Films and sounds that are here already speak the language of their record, as was taken for granted."""
    languages = apps.get_model("wagtailcore", "Locale").objects.filter(pk=OuterRef("locale_id"))
    films = apps.get_model("media_library", "Resource").objects.filter(kind__in=("video", "podcast"))
    films.update(spoken=Subquery(languages.values("language_code")[:1]))
    apps.get_model("media_library", "Batch").objects.update(spoken=F("language"))


class Migration(migrations.Migration):

    dependencies = [
        ("media_library", "0014_captions_in_a_batch"),
        ("wagtailcore", "0054_initial_locale"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="spoken",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=60,
                validators=[media_library.speech.check],
                verbose_name="spoken in films and sounds",
            ),
        ),
        migrations.AddField(
            model_name="resource",
            name="spoken",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text=(
                    "What is heard in the film or sound; it may be another language than that of the title."
                ),
                max_length=60,
                validators=[media_library.speech.check],
                verbose_name="spoken languages",
            ),
        ),
        migrations.AlterField(
            model_name="batchplace",
            name="role",
            field=models.CharField(
                choices=[
                    ("original", "Main file"),
                    ("caption", "Captions"),
                    ("transcript", "Transcript"),
                ],
                db_default="original",
                default="original",
                max_length=20,
            ),
        ),
        migrations.RunPython(from_records, migrations.RunPython.noop),
    ]
