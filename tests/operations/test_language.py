"""The language of a page is that of its address; dates are written the Vietnamese way in both."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.template import Context, Template
from django.test import Client
from django.utils import formats, timezone, translation


@pytest.mark.django_db
@pytest.mark.parametrize("preferred", ["en-US,en;q=0.9", "fr", "vi", ""])
def test_an_address_shows_the_same_language_to_every_browser(client: Client, preferred: str) -> None:
    headers = {"accept-language": preferred}
    assert client.get("/", headers=headers)["Location"] == "/vi/"
    for language in ("vi", "en"):
        page = client.get(f"/{language}/", headers=headers)
        assert f'<html lang="{language}"' in page.content.decode()
        assert page["Content-Language"] == language
        assert "Accept-Language" not in page.get("Vary", "")


@pytest.mark.django_db
def test_the_login_is_vietnamese_whatever_the_browser_prefers(client: Client) -> None:
    page = client.get("/admin/login/", headers={"accept-language": "en"})
    assert '<html lang="vi"' in page.content.decode()


@pytest.mark.django_db
def test_the_admin_speaks_the_language_of_the_account(client: Client) -> None:
    user = get_user_model().objects.create_superuser("chief", "", "a long password")
    client.force_login(user)
    assert '<html lang="vi"' in client.get("/admin/").content.decode()
    from wagtail.users.models import UserProfile

    UserProfile.objects.create(user=user, preferred_language="en")
    assert '<html lang="en"' in client.get("/admin/").content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_short_date_has_day_month_and_year_in_this_order(language: str) -> None:
    with translation.override(language):
        moment = timezone.localtime(datetime(2026, 5, 18, 7, 30, tzinfo=UTC))
        shown = Template("{{ at|date:'SHORT_DATE_FORMAT' }} {{ at|time }}").render(Context({"at": moment}))
    assert shown == "18/05/2026 14:30"


def test_vietnamese_groups_numbers_with_points() -> None:
    with translation.override("vi"):
        assert formats.number_format(1234567.5, decimal_pos=1, force_grouping=True) == "1.234.567,5"
