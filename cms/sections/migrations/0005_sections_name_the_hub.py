from django.db import migrations


def every_section_is_due(apps, schema_editor):
    """Feeds name the hub that tells of their changes: each section is rendered once."""
    sections = apps.get_model('sections', 'Section').objects.filter(live=True)
    due = apps.get_model('sections', 'SectionRender')
    due.objects.bulk_create(
        due(address=f'{code}/{slug}', why='feeds name their hub')
        for code, slug in sections.values_list('agency__code', 'slug')
    )


class Migration(migrations.Migration):

    dependencies = [
        ('sections', '0004_every_section_is_due'),
    ]

    operations = [
        migrations.RunPython(every_section_is_due, migrations.RunPython.noop),
    ]
