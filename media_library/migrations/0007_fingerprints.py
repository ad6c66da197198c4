import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('media_library', '0006_batches'),
    ]

    operations = [
        migrations.CreateModel(
            name='AlikePair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('same', 'the same file'), ('picture', 'a very similar picture'), ('film', 'the same film, coded anew'), ('sound', 'the same sound, coded anew'), ('text', 'nearly the same text')], max_length=10)),
                ('nearness', models.FloatField()),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='media_library.storedfile')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='media_library.storedfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='a_pair_of_alike_files_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='a_pair_of_alike_files_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Different',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='media_library.storedfile')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='media_library.storedfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='a_pair_is_different_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='a_different_pair_in_order'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_difference_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Fingerprint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(choices=[('same', 'the same file'), ('picture', 'a very similar picture'), ('film', 'the same film, coded anew'), ('sound', 'the same sound, coded anew'), ('text', 'nearly the same text')], max_length=10)),
                ('value', models.BigIntegerField(null=True)),
                ('band_0', models.IntegerField(null=True)),
                ('band_1', models.IntegerField(null=True)),
                ('band_2', models.IntegerField(null=True)),
                ('band_3', models.IntegerField(null=True)),
                ('seconds', models.FloatField(null=True)),
                ('marks', models.JSONField(default=dict)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fingerprints', to='media_library.storedfile')),
            ],
            options={
                'indexes': [models.Index(fields=['scheme', 'band_0', 'value'], name='fingerprint_band_0'), models.Index(fields=['scheme', 'band_1', 'value'], name='fingerprint_band_1'), models.Index(fields=['scheme', 'band_2', 'value'], name='fingerprint_band_2'), models.Index(fields=['scheme', 'band_3', 'value'], name='fingerprint_band_3'), models.Index(fields=['scheme', 'seconds'], name='fingerprint_seconds')],
                'constraints': [models.UniqueConstraint(fields=('file', 'scheme'), name='one_fingerprint_of_a_sort_for_a_file'), models.CheckConstraint(condition=models.Q(('scheme__in', ['picture', 'film', 'sound', 'text'])), name='a_fingerprint_sort_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('message', models.TextField(blank=True, max_length=1000, verbose_name='message')),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('declined', 'Declined')], default='open', max_length=10)),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('answered_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='media_library.agency')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('audiences', models.ManyToManyField(related_name='+', to='media_library.audience')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='proposals', to='media_library.storedfile')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='media_library.resource')),
                ('topics', models.ManyToManyField(related_name='+', to='media_library.topic')),
            ],
            options={
                'verbose_name': 'proposal',
                'verbose_name_plural': 'proposals',
                'indexes': [models.Index(fields=['state', 'created_at'], name='proposal_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'declined'])), name='a_proposal_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='a_declined_proposal_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='an_open_proposal_has_no_answer')],
            },
        ),
    ]
