"""Who is told of changes and withdrawals, and what each was told; purges by key."""

import cms.notifying.models.takedown
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Length


def drop_long(apps, schema_editor):
    """Reverse only: addresses that the narrower column cannot hold, and keys that it does not know."""
    purge = apps.get_model("notifying", "Purge")
    purge.objects.annotate(length=Length("path")).filter(length__gt=200).delete()
    purge.objects.filter(path="").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('media_library', '0012_embedding_refused'),
        ('notifying', '0001_purge'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='purge',
            name='key',
            field=models.CharField(blank=True, db_default='', default='', max_length=100),
        ),
        migrations.AlterField(
            model_name='purge',
            name='path',
            field=models.CharField(max_length=500),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_long),
        migrations.CreateModel(
            name='Intent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('subscribe', 'Subscribe'), ('unsubscribe', 'Unsubscribe')], max_length=11)),
                ('topic', models.CharField(max_length=200)),
                ('callback', models.CharField(max_length=500)),
                ('host', models.CharField(max_length=260)),
                ('secret', models.CharField(blank=True, max_length=199)),
                ('lease_seconds', models.PositiveIntegerField(default=0)),
                ('requested_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('spent', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('spent', False)), fields=['due_at'], name='intent_due'), models.Index(fields=['host'], name='intent_host')],
            },
        ),
        migrations.CreateModel(
            name='PageReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField()),
                ('url', models.CharField(max_length=1000)),
                ('sent_at', models.DateTimeField()),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='media_library.resource')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['sent_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('url', models.URLField(help_text='A public https:// address of that system. Each withdrawal is posted there.', max_length=500, unique=True, verbose_name='address for notices')),
                ('secret', models.CharField(default=cms.notifying.models.takedown.new_secret, help_text='Every notice is signed with it, so that the other side can tell that it comes from us. Hand it over on a safe way, never by plain mail.', max_length=200, validators=[django.core.validators.MinLengthValidator(16)], verbose_name='secret')),
                ('contact', models.EmailField(help_text='Who is written to when a withdrawal is not confirmed within three days.', max_length=254, verbose_name='mail of the person in charge')),
                ('active', models.BooleanField(default=True, help_text='Without it, no new withdrawal is posted there.', verbose_name='is told')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'system that is told',
                'verbose_name_plural': 'systems that are told',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=200)),
                ('callback', models.CharField(max_length=500)),
                ('host', models.CharField(max_length=260)),
                ('secret', models.CharField(blank=True, max_length=199)),
                ('lease_until', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField()),
                ('wanted', models.PositiveIntegerField(default=0)),
                ('delivered', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('delivered_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='subscription_due'), models.Index(fields=['lease_until'], name='subscription_lease'), models.Index(fields=['host'], name='subscription_host')],
                'constraints': [models.UniqueConstraint(fields=('topic', 'callback'), name='a_callback_follows_a_feed_once'), models.CheckConstraint(condition=models.Q(('delivered__lte', models.F('wanted'))), name='delivered_was_wanted')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField()),
                ('subscriber_name', models.CharField(max_length=200)),
                ('token', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'not reached yet'), ('told', 'told, not confirmed'), ('confirmed', 'confirmed'), ('cancelled', 'no longer asked for')], default='waiting', max_length=9)),
                ('due_at', models.DateTimeField(null=True)),
                ('sent', models.PositiveSmallIntegerField(default=0)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('first_told_at', models.DateTimeField(null=True)),
                ('last_sent_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='media_library.resource')),
                ('subscriber', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices', to='notifying.subscriber')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'told'))), fields=['due_at'], name='notice_due')],
                'constraints': [models.UniqueConstraint(fields=('resource', 'withdrawn_at', 'subscriber'), name='a_withdrawal_is_told_once_to_each'), models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', False), models.Q(('state', 'confirmed'), _negated=True), _connector='OR'), name='a_confirmation_has_its_time')],
            },
        ),
    ]
