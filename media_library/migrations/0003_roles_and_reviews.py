"""The languages, the groups of people and the two ways of approval, which the code refers to by name."""

from django.db import migrations

AGENCY_WORKFLOW = "Duyệt tại cơ quan"
LEAD_WORKFLOW = "Duyệt tại cơ quan, rồi cơ quan chủ trì"
LANGUAGES = ("vi", "en")


def add(apps, schema_editor):
    locale = apps.get_model("wagtailcore", "Locale")
    for code in LANGUAGES:
        locale.objects.get_or_create(language_code=code)

    content_type = apps.get_model("contenttypes", "ContentType")
    workflow = apps.get_model("wagtailcore", "Workflow")
    workflow_task = apps.get_model("wagtailcore", "WorkflowTask")

    def task(model_name, name):
        model = apps.get_model("media_library", model_name)
        kind, _made = content_type.objects.get_or_create(app_label="media_library", model=model_name.lower())
        found = model.objects.filter(name=name).first()
        return found or model.objects.create(name=name, active=True, content_type=kind)

    agency_step = task("AgencyReviewTask", "Biên tập viên của cơ quan duyệt")
    lead_step = task("LeadReviewTask", "Cơ quan chủ trì duyệt")
    for name, steps in ((AGENCY_WORKFLOW, [agency_step]), (LEAD_WORKFLOW, [agency_step, lead_step])):
        flow, _made = workflow.objects.get_or_create(name=name, defaults={"active": True})
        for order, step in enumerate(steps):
            workflow_task.objects.get_or_create(
                workflow=flow, task_id=step.pk, defaults={"sort_order": order}
            )


def remove(apps, schema_editor):
    apps.get_model("wagtailcore", "Workflow").objects.filter(
        name__in=(AGENCY_WORKFLOW, LEAD_WORKFLOW)
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("media_library", "0002_domain"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [migrations.RunPython(add, remove)]
