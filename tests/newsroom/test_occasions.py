"""What is recognised as a correction, a replacement, a change of rights, a withdrawal, an expiry; who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cms.newsroom.letters import choices, following, occasions, outbox, sending, telling
from cms.newsroom.models import Follow, Letter, LetterChoice, Lightbox, Occasion, Tiding, Use
from media_library import correcting, publishing, replacing
from media_library.models import Resource, User
from media_library.models.rights import LICENCES
from tests import factories as make
from tests.editing.screens import address, controls, edit, signed_in

pytestmark = pytest.mark.django_db
SAID = correcting.Said("Năm ở cột hai là 2024.", "The year in column two is 2024.")


def changed(resource: Resource, said: correcting.Said | None = None, **fields: Any) -> Resource:
    """``resource`` published anew with other ``fields``, and with what was wrong."""
    lead, row = make.make_lead(), Resource.objects.get(pk=resource.pk)
    draft = row.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    revision = draft.save_revision(user=lead, clean=False)
    if said:
        correcting.say(draft, said, revision=revision, by=lead)
    at = timezone.now()
    return publishing.publish(resource=row, by=lead, at=at)


def taker(resource: Resource, **fields: Any) -> User:
    user = make.make_user()
    Use.objects.create(resource=resource, offer="web", at=timezone.now(), user=user, **fields)
    return user


def written() -> list[mail.EmailMessage]:
    """The letters that go out now."""
    at = timezone.now()
    while telling.drain(at):
        pass
    while sending.drain(at):
        pass
    sent, mail.outbox[:] = list(mail.outbox), []
    return sent


def happened() -> list[str]:
    return list(Occasion.objects.order_by("pk").values_list("what", flat=True))


def test_a_first_publication_and_a_change_of_words_are_no_occasion() -> None:
    resource = make.make_published("photo")
    changed(resource, title="Tên khác", summary="Lời khác.")
    assert happened() == []


def test_a_correction_is_told_and_stands_on_the_page_for_good(client: Client) -> None:
    resource = make.make_published("photo", title="Bản đồ ngập")
    person = taker(resource)
    changed(resource, SAID, title="Bản đồ ngập lụt")
    assert happened() == ["correction"]
    (letter,) = written()
    assert letter.to == [person.email]
    assert letter.subject == "Đính chính: Bản đồ ngập lụt" and SAID.vi in letter.body
    changed(resource, summary="Lời khác.")
    assert happened() == ["correction"], "told once, not with each version after it"
    for lang, words in (("vi", SAID.vi), ("en", SAID.en)):
        for page in (f"/{lang}/r/{resource.public_id}/", f"/{lang}/press/r/{resource.public_id}/"):
            assert words in client.get(page, follow=True).content.decode()
        assert words in client.get(f"/{lang}/press/r/{resource.public_id}/corrections/").content.decode()
    assert written() == []


def test_a_draft_that_is_not_published_tells_nobody(client: Client) -> None:
    resource = make.make_published("photo")
    taker(resource)
    draft = resource.get_latest_revision_as_object()
    revision = draft.save_revision(user=None, clean=False)
    correcting.say(draft, SAID, revision=revision, by=None)
    assert happened() == [] and written() == []
    page = client.get(resource.get_absolute_url()).content.decode()
    assert SAID.vi not in page


def test_editors_say_in_the_form_what_was_wrong_and_may_mend_it_before_it_is_public() -> None:
    agency = make.make_agency()
    resource = make.make_published("photo", agency=agency)
    client = signed_in(make.make_editor(agency))
    assert edit(client, resource, correction_vi="Sai năm.").status_code == 302
    row = Resource.objects.get(pk=resource.pk)
    assert correcting.waiting(row) == ("Sai năm.", "")
    assert controls(client.get(address("edit", row.pk)))["correction_vi"] == "Sai năm."
    edit(client, row, **{"correction_vi": "Sai năm ở cột hai.", "action-publish": "1"})
    (told,) = Occasion.objects.all()
    assert (told.what, told.vi, told.en) == ("correction", "Sai năm ở cột hai.", "")
    assert controls(client.get(address("edit", row.pk)))["correction_vi"] == ""


def test_a_correction_is_not_asked_of_what_was_never_public() -> None:
    agency = make.make_agency()
    draft = make.make_resource("photo", agency=agency)
    page = signed_in(make.make_editor(agency)).get(address("edit", draft.pk))
    assert "correction_vi" not in controls(page)


def test_a_replaced_file_and_other_rights_are_recognised() -> None:
    lead = make.make_lead()
    resource = make.make_published("photo", title="Ảnh cầu")
    taker(resource)
    file = make.make_stored_file(resource.agency, name="moi.png", content=make.picture_bytes(700))
    replacing.replace(resource=resource, file=file, reason="Nét hơn", by=lead, at=timezone.now())
    publishing.publish(resource=resource, by=lead, at=timezone.now())
    (letter,) = written()
    assert letter.subject == "Đã thay tệp: Ảnh cầu"
    assert "Nét hơn" not in letter.body, "the reason is for the agency's own history"
    changed(resource, licence="all-rights", credit_line="Trung tâm Festival")
    (letter,) = written()
    assert letter.subject == "Đổi điều kiện sử dụng: Ảnh cầu"
    assert str(LICENCES["all-rights"].name) in letter.body and "Trung tâm Festival" in letter.body
    assert Occasion.objects.order_by("-pk")[0].changed == ["licence", "credit_line"]
    assert happened() == ["replacement", "rights"]


def test_a_new_main_file_with_a_correction_is_one_letter() -> None:
    resource = make.make_published("photo")
    taker(resource)
    lead = make.make_lead()
    file = make.make_stored_file(resource.agency, name="moi.png", content=make.picture_bytes(710))
    revision = replacing.replace(resource=resource, file=file, reason="Sai", by=lead, at=timezone.now())
    row = Resource.objects.get(pk=resource.pk)
    correcting.say(row, SAID, revision=revision, by=lead)
    publishing.publish(resource=row, by=lead, at=timezone.now())
    (letter,) = written()
    assert SAID.vi in letter.body and "tải tệp mới" in letter.body


def test_an_expiry_is_told_two_weeks_ahead_and_once() -> None:
    at = timezone.now()
    resource = make.make_published("photo", expire_at=at + timedelta(days=15))
    taker(resource)
    assert occasions.expiring(at) == 0
    assert occasions.expiring(at + timedelta(days=1, minutes=1)) == 1
    assert occasions.expiring(at + timedelta(days=2)) == 0
    (letter,) = written()
    assert letter.subject.startswith("Hết hạn đăng ngày ")


def test_an_expiry_that_was_taken_back_before_the_letter_went_is_not_told() -> None:
    at = timezone.now()
    resource = make.make_published("photo", expire_at=at + timedelta(days=9))
    taker(resource)
    assert occasions.expiring(at) == 1
    Resource.objects.filter(pk=resource.pk).update(expire_at=None)
    assert written() == []


def test_a_withdrawal_says_why_and_what_to_do_and_one_within_an_embargo_is_never_told() -> None:
    lead, at = make.make_lead(), timezone.now()
    seen = make.make_published("photo", title="Đã thấy")
    hidden = make.make_embargoed(title="Chưa ai thấy")
    for row in (seen, hidden):
        taker(row)
        publishing.withdraw(resource=row, by=lead, reason="Sai người.", at=at)
    (letter,) = written()
    assert "Đã thấy" in letter.subject and "Sai người." in letter.body and "Ngừng sử dụng" in letter.body
    assert happened() == ["withdrawal"]


def test_what_is_hidden_by_the_time_of_sending_is_not_told() -> None:
    resource = make.make_published("photo")
    taker(resource)
    changed(resource, SAID)
    telling.drain(timezone.now())
    Resource.objects.filter(pk=resource.pk).update(embargo_until=timezone.now() + timedelta(days=1))
    assert written() == []
    assert Letter.objects.get().state == "dropped"


@pytest.mark.contract
def test_everyone_concerned_is_told_once_and_nobody_else() -> None:
    topic = make.topic("stem", "Giáo dục STEM")
    old = make.make_agency()
    agency = make.make_agency()
    old.successor = agency
    old.save()
    resource = make.make_published("photo", agency=old)
    resource.topic_uses.model.objects.create(content_object=resource, tag=topic)
    at = timezone.now()
    took, boxed, by_topic, by_agency, by_name = (make.make_user() for _each in range(5))
    everything, gone, without_mail, deleted_box, other = (make.make_user() for _each in range(5))
    for person in (took, everything, gone, without_mail):
        Use.objects.create(resource=resource, offer="web", at=at, user=person)
    for person, deleted in ((boxed, None), (everything, None), (deleted_box, at)):
        box = Lightbox.objects.create(
            owner=person, title="Khay", created_at=at, changed_at=at, deleted_at=deleted
        )
        box.entries.create(resource=resource, place=0)
    for person, thing in ((by_topic, topic), (by_agency, agency), (by_name, resource), (everything, topic)):
        following.follow(person, thing, at=at)
    following.follow(other, make.topic("khac", "Khác"), at=at)
    Use.objects.create(resource=resource, offer="web", at=at)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.filter(pk=without_mail.pk).update(email="")
    changed(resource, SAID)
    told = sorted(letter.to[0] for letter in written())
    assert told == sorted(one.email for one in (took, boxed, by_topic, by_agency, by_name, everything))


@pytest.mark.contract
def test_people_are_told_batch_by_batch_and_a_process_that_dies_goes_on(monkeypatch: Any) -> None:
    monkeypatch.setattr(telling, "BATCH", 3)
    resource = make.make_published("photo")
    people = [taker(resource) for _each in range(7)]
    changed(resource, SAID)
    at = timezone.now()
    rounds = []
    while number := telling.drain(at):
        rounds.append(number)
        Occasion.objects.filter(told_up_to__gt=0).update(told_up_to=0)  # as if the place were forgotten
        if len(rounds) == 2:
            break
    Occasion.objects.update(told_up_to=people[2].pk, told_at=None)
    while telling.drain(at):
        pass
    assert Tiding.objects.count() == Letter.objects.count() == 7
    assert Occasion.objects.get().told_at is not None


def test_a_daily_reader_gets_one_letter_with_all_of_the_day() -> None:
    rows = [make.make_published("photo", title=f"Ảnh {n}") for n in range(3)]
    person = make.make_user()
    choices.choose(person, pace="daily", language="en")
    at = timezone.now()
    for row in rows:
        Use.objects.create(resource=row, offer="web", at=at, user=person)
        changed(row, SAID)
    assert written() == []
    letter = Letter.objects.get()
    assert letter.digest is not None and letter.due_at == choices.next_digest(at)
    sending.drain(letter.due_at)
    (sent,) = mail.outbox
    assert sent.subject == "Kho 57: 3 notices"
    assert (
        all(f"Ảnh {n}" in sent.body for n in range(3)) and SAID.en in sent.body and SAID.vi not in sent.body
    )


def test_a_letter_of_the_day_takes_nothing_in_shortly_before_it_goes() -> None:
    due = choices.next_digest(timezone.now())
    assert choices.next_digest(due - timedelta(minutes=6)) == due
    assert choices.next_digest(due - timedelta(minutes=5)) == due + timedelta(days=1)
    assert choices.next_digest(due) == due + timedelta(days=1)


def test_letters_are_forgotten_after_thirty_days_and_nobody_is_told_again() -> None:
    resource = make.make_published("photo")
    taker(resource)
    changed(resource, SAID)
    assert len(written()) == 1
    later = timezone.now() + timedelta(days=31)
    assert outbox.forget(later - timedelta(days=2)) == 0 and outbox.forget(later) == 1
    assert not Letter.objects.exists() and not Tiding.objects.exists()
    assert telling.drain(later) == 0 and written() == []


def test_an_account_that_goes_takes_everything_of_it_along() -> None:
    resource = make.make_published("photo")
    person = taker(resource)
    following.follow(person, resource, at=timezone.now())
    choices.choose(person, pace="daily", language="vi")
    changed(resource, SAID)
    telling.drain(timezone.now())
    assert Letter.objects.count() == Follow.objects.count() == LetterChoice.objects.count() == 1
    person.delete()
    assert not any(each.objects.exists() for each in (Letter, Follow, LetterChoice, Tiding))
    assert SAID.vi in Occasion.objects.get().vi
