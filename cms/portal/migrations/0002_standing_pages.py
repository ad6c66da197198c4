"""The first page and the pages of information in both languages, and who of the groups may edit them."""

import json
import uuid

from django.db import migrations

from cms.portal.migrations._standing_texts import HOME, PAGES

LANGUAGES = ("vi", "en")


def add(apps, schema_editor):
    content_type = apps.get_model("contenttypes", "ContentType")
    page_model = apps.get_model("wagtailcore", "Page")
    site_model = apps.get_model("wagtailcore", "Site")
    home_model = apps.get_model("portal", "HomePage")
    information_model = apps.get_model("portal", "InformationPage")
    locales = {
        code: apps.get_model("wagtailcore", "Locale").objects.get_or_create(language_code=code)[0]
        for code in LANGUAGES
    }
    home_type, _made = content_type.objects.get_or_create(app_label="portal", model="homepage")
    information_type, _made = content_type.objects.get_or_create(app_label="portal", model="informationpage")

    # Wagtail's own welcome page makes room.
    site_model.objects.all().delete()
    page_model.objects.filter(depth__gt=1).delete()
    root = page_model.objects.get(depth=1)

    keys = {"home": uuid.uuid4(), **{page["slug"]: uuid.uuid4() for page in PAGES}}
    homes = {}
    for place, code in enumerate(LANGUAGES, start=1):
        path = f"{root.path}{place:04}"
        homes[code] = home_model.objects.create(
            **HOME[code],
            draft_title=HOME[code]["title"],
            slug="kho57" if code == "vi" else f"kho57-{code}",
            path=path,
            depth=2,
            numchild=len(PAGES),
            url_path=f"/kho57{'' if code == 'vi' else '-' + code}/",
            content_type=home_type,
            locale=locales[code],
            translation_key=keys["home"],
            live=True,
        )
        for number, page in enumerate(PAGES, start=1):
            text = page[code]
            information_model.objects.create(
                title=text["title"],
                draft_title=text["title"],
                lede=text["lede"],
                search_description=text["lede"],
                body=json.dumps([{**block, "id": str(uuid.uuid4())} for block in text["body"]]),
                slug=page["slug"],
                path=f"{path}{number:04}",
                depth=3,
                numchild=0,
                url_path=f"{homes[code].url_path}{page['slug']}/",
                content_type=information_type,
                locale=locales[code],
                translation_key=keys[page["slug"]],
                live=True,
            )
    root.numchild = len(LANGUAGES)
    root.save(update_fields=["numchild"])
    site_model.objects.create(
        hostname="localhost", port=80, site_name="Kho 57", root_page_id=homes["vi"].pk, is_default_site=True
    )


def remove(apps, schema_editor):
    apps.get_model("wagtailcore", "Site").objects.all().delete()
    apps.get_model("wagtailcore", "Page").objects.filter(depth__gt=1).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("media_library", "0003_roles_and_reviews"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(add, remove)]
