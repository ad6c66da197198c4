"""Occasions, letters and what each tells; what a person follows; saved searches."""

import cms.newsroom.models.lightbox
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('media_library', '0014_captions_in_a_batch'),
        ('newsroom', '0005_citations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('digest', models.DateField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('refused', 'Refused by the mail server of the reader'), ('given_up', 'Given up after many attempts'), ('dropped', 'Not sent, for there was nothing left to tell or the reader had stopped it')], default='waiting', max_length=8)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=100)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LetterChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pace', models.CharField(choices=[('at_once', 'At once, a mail for each'), ('daily', 'Once a day, all in one mail')], default='at_once', max_length=8, verbose_name='how often')),
                ('language', models.CharField(choices=[('vi', 'Tiếng Việt'), ('en', 'English')], default='vi', max_length=2, verbose_name='language')),
                ('stopped_at', models.DateTimeField(null=True)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='letter_choice', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Occasion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('correction', 'Corrected'), ('replacement', 'File replaced'), ('rights', 'Terms of use changed'), ('withdrawal', 'Withdrawn'), ('expiry', 'Will go off line')], max_length=12)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('at', models.DateTimeField()),
                ('vi', models.CharField(blank=True, max_length=300)),
                ('en', models.CharField(blank=True, max_length=300)),
                ('changed', models.JSONField(default=list)),
                ('told_up_to', models.BigIntegerField(default=0)),
                ('told_at', models.DateTimeField(null=True)),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='occasions', to='media_library.resource')),
            ],
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=cms.newsroom.models.lightbox.new_key, editable=False, max_length=24, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('room', models.CharField(choices=[('library', 'Library'), ('press', 'Newsroom')], max_length=8)),
                ('query', models.CharField(blank=True, max_length=1000)),
                ('language', models.CharField(default='vi', max_length=2)),
                ('alert', models.CharField(choices=[('none', 'No mail'), ('daily', 'Each day'), ('weekly', 'Each week')], default='none', max_length=8, verbose_name='mail')),
                ('due_at', models.DateTimeField(null=True)),
                ('seen_until', models.DateTimeField()),
                ('feed_token', models.CharField(blank=True, max_length=48)),
                ('created_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Find',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('found', models.JSONField()),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='finds', to='newsroom.letter')),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='finds', to='newsroom.savedsearch')),
            ],
        ),
        migrations.CreateModel(
            name='Tiding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tidings', to='newsroom.letter')),
                ('occasion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tidings', to='newsroom.occasion')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='media_library.agency')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL)),
                ('resource', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='media_library.resource')),
                ('topic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='newsroom_follows', to='media_library.topic')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', True), ('resource__isnull', True), ('topic__isnull', False)), models.Q(('agency__isnull', False), ('resource__isnull', True), ('topic__isnull', True)), models.Q(('agency__isnull', True), ('resource__isnull', False), ('topic__isnull', True)), _connector='OR'), name='one_thing_is_followed'), models.UniqueConstraint(condition=models.Q(('agency__isnull', True), ('resource__isnull', True), ('topic__isnull', False)), fields=('person', 'topic'), name='a_person_follows_a_topic_once'), models.UniqueConstraint(condition=models.Q(('agency__isnull', False), ('resource__isnull', True), ('topic__isnull', True)), fields=('person', 'agency'), name='a_person_follows_a_agency_once'), models.UniqueConstraint(condition=models.Q(('agency__isnull', True), ('resource__isnull', False), ('topic__isnull', True)), fields=('person', 'resource'), name='a_person_follows_a_resource_once')],
            },
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at', 'id'], name='letter_due'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(fields=['state', 'ended_at'], name='letter_ended'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(condition=models.Q(('digest__isnull', False)), fields=('person', 'digest'), name='one_letter_a_day_to_each'),
        ),
        migrations.AddIndex(
            model_name='occasion',
            index=models.Index(fields=['resource', '-at'], name='occasion_of_resource'),
        ),
        migrations.AddIndex(
            model_name='occasion',
            index=models.Index(condition=models.Q(('told_at__isnull', True)), fields=['id'], name='occasion_untold'),
        ),
        migrations.AddConstraint(
            model_name='occasion',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['correction', 'replacement', 'rights', 'withdrawal', 'expiry'])), name='an_occasion_is_known'),
        ),
        migrations.AddConstraint(
            model_name='occasion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('what', 'correction'), _negated=True), models.Q(('en', ''), ('vi', ''), _negated=True), _connector='OR'), name='a_correction_says_what_was_wrong'),
        ),
        migrations.AddIndex(
            model_name='savedsearch',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='search_due'),
        ),
        migrations.AddConstraint(
            model_name='savedsearch',
            constraint=models.UniqueConstraint(fields=('person', 'room', 'query'), name='a_search_is_saved_once'),
        ),
        migrations.AddConstraint(
            model_name='savedsearch',
            constraint=models.UniqueConstraint(condition=models.Q(('feed_token', ''), _negated=True), fields=('feed_token',), name='a_feed_token_is_of_one'),
        ),
        migrations.AddConstraint(
            model_name='tiding',
            constraint=models.UniqueConstraint(fields=('occasion', 'person'), name='each_is_told_once_of_an_occasion'),
        ),
    ]
