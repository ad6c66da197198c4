from django.db import migrations


def every_section_is_due(apps, schema_editor):
    """What is shown now was chosen by the rules of before: each section is rendered once."""
    apps.get_model('sections', 'SectionShown').objects.update(filled=True)
    sections = apps.get_model('sections', 'Section').objects.filter(live=True)
    due = apps.get_model('sections', 'SectionRender')
    due.objects.bulk_create(
        due(address=f'{code}/{slug}', why='sections on two levels')
        for code, slug in sections.values_list('agency__code', 'slug')
    )


class Migration(migrations.Migration):

    dependencies = [
        ('sections', '0003_a_sections_past'),
    ]

    operations = [
        migrations.RunPython(every_section_is_due, migrations.RunPython.noop),
    ]
