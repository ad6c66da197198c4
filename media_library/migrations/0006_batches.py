# Many files given at once, and what became of each.

import django.db.models.deletion
import django.utils.timezone
import media_library.models.batch
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('media_library', '0005_uploads'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=media_library.models.batch.new_token, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('title', models.CharField(blank=True, help_text='Only for you, to find it again: “Photos of 10 October”.', max_length=200, verbose_name='name of the batch')),
                ('language', models.CharField(choices=[('vi', 'Tiếng Việt'), ('en', 'English')], default='vi', max_length=10, verbose_name='language')),
                ('picture_kind', models.CharField(choices=[('photo', 'Photo'), ('infographic', 'Infographic')], default='photo', max_length=20, verbose_name='pictures are')),
                ('summary', models.CharField(blank=True, help_text='What it is about, in one or two sentences.', max_length=300, verbose_name='summary')),
                ('licence', models.CharField(choices=[('cc-by-4.0', 'Creative Commons Attribution 4.0 (CC BY 4.0)'), ('cc-by-nc-4.0', 'Creative Commons Attribution-NonCommercial 4.0 (CC BY-NC 4.0)'), ('cc0-1.0', 'Creative Commons Zero (CC0 1.0)'), ('verbatim-credit', 'Use as it stands, with credit'), ('press-only', 'For the press only'), ('all-rights', 'All rights reserved')], default='cc-by-4.0', max_length=30, verbose_name='terms of use')),
                ('credit_line', models.CharField(blank=True, help_text='How the source is to be named, for example: Department of Science / Kho 57.', max_length=300, verbose_name='credit line')),
                ('embargo_until', models.DateTimeField(blank=True, help_text='Approved now, but nobody outside sees it before this time. Hue local time.', null=True, verbose_name='embargo until')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='media_library.agency', verbose_name='agency')),
                ('audiences', models.ManyToManyField(blank=True, related_name='+', to='media_library.audience', verbose_name='audiences')),
                ('by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='batches', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='media_library.campaign', verbose_name='campaign')),
                ('topics', models.ManyToManyField(blank=True, related_name='+', to='media_library.topic', verbose_name='topics')),
            ],
            options={
                'verbose_name': 'batch',
                'verbose_name_plural': 'batches',
            },
        ),
        migrations.CreateModel(
            name='BatchPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=255, verbose_name='file name')),
                ('path', models.CharField(blank=True, max_length=1000)),
                ('size', models.BigIntegerField(verbose_name='size in bytes')),
                ('modified', models.BigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, db_index=True, max_length=64)),
                ('fate', models.CharField(choices=[('waiting', 'Not here yet'), ('known', 'Already in the library'), ('draft', 'Draft'), ('left_out', 'Left out'), ('refused', 'Not taken')], default='waiting', max_length=10)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('wanted_anyway', models.BooleanField(default=False)),
                ('upload_token', models.CharField(blank=True, db_index=True, max_length=64)),
                ('applied', models.JSONField(default=dict)),
                ('kept', models.JSONField(default=dict)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='media_library.batch')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='media_library.storedfile')),
                ('resource', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='batch_place', to='media_library.resource')),
            ],
            options={
                'ordering': ['batch', 'position'],
            },
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(fields=['by', '-id'], name='batch_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('picture_kind__in', ['photo', 'infographic'])), name='a_batch_knows_its_pictures'),
        ),
        migrations.AddConstraint(
            model_name='batchplace',
            constraint=models.UniqueConstraint(fields=('batch', 'position'), name='one_file_at_a_place_of_a_batch'),
        ),
        migrations.AddConstraint(
            model_name='batchplace',
            constraint=models.CheckConstraint(condition=models.Q(('fate__in', ['waiting', 'known', 'draft', 'left_out', 'refused'])), name='a_fate_is_known'),
        ),
        migrations.AddConstraint(
            model_name='batchplace',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 0)), name='a_file_has_a_size'),
        ),
        migrations.AddConstraint(
            model_name='batchplace',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_file_of_a_batch_has_a_name'),
        ),
    ]
