"""Lines once and not for each document; facets as columns; a journal of writes for what processes keep."""

import uuid

from django.db import migrations, models
from django.utils import timezone


def index_anew(apps, schema_editor):
    """Have the worker write what the new columns and lines need: every resource is noted as changed."""
    alias, now = schema_editor.connection.alias, timezone.now()
    resources = apps.get_model("media_library", "Resource").objects.using(alias)
    pending = apps.get_model("search", "PendingChange")
    pending.objects.using(alias).bulk_create(
        (
            pending(engine="database", resource_id=pk, token=uuid.uuid4(), changed_at=now, due_at=now)
            for pk in resources.values_list("pk", flat=True).iterator()
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0003_words_questions_meaning'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndexedMention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_id', models.BigIntegerField()),
                ('resource_id', models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='IndexedStart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_id', models.BigIntegerField(db_index=True)),
                ('kind', models.CharField(max_length=10)),
                ('whole', models.BooleanField()),
                ('key', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='IndexWrite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=32)),
                ('keys', models.TextField(null=True)),
            ],
        ),
        migrations.DeleteModel(
            name='IndexedLabel',
        ),
        migrations.DeleteModel(
            name='IndexedLine',
        ),
        migrations.CreateModel(
            name='IndexedLine',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=10)),
                ('language', models.CharField(max_length=10)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='indexeddocument',
            name='indexed_document_newest',
        ),
        migrations.RemoveIndex(
            model_name='indexeddocument',
            name='indexed_document_used',
        ),
        migrations.RemoveIndex(
            model_name='indexeddocument',
            name='indexed_document_title',
        ),
        migrations.RemoveField(
            model_name='indexeddocument',
            name='public_from',
        ),
        migrations.RemoveField(
            model_name='indexeddocument',
            name='public_until',
        ),
        migrations.AddField(
            model_name='indexeddocument',
            name='opens',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='indexeddocument',
            name='closes',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='indexeddocument',
            name='audience',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='indexeddocument',
            name='topic',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddIndex(
            model_name='indexeddocument',
            index=models.Index(fields=['title_key', 'resource_id'], name='indexed_document_title'),
        ),
        migrations.AddIndex(
            model_name='indexedmention',
            index=models.Index(fields=['line_id', 'resource_id'], name='indexed_mention_line'),
        ),
        migrations.AddIndex(
            model_name='indexedstart',
            index=models.Index(fields=['kind', 'whole', 'key', 'line_id'], name='indexed_start_key', opclasses=['varchar_pattern_ops', 'bool_ops', 'varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.RunPython(index_anew, migrations.RunPython.noop, elidable=True),
    ]
