"""What may be in the library twice: fingerprints, pairs that look alike, and what people said of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from media_library.models.agency import Agency, User
from media_library.models.asset import StoredFile
from media_library.models.vocabulary import Audience, Topic


class Likeness(models.TextChoices):
    """In what two files are alike."""

    SAME = "same", _("the same file")
    PICTURE = "picture", _("a very similar picture")
    FILM = "film", _("the same film, coded anew")
    SOUND = "sound", _("the same sound, coded anew")
    TEXT = "text", _("nearly the same text")


class Fingerprint(models.Model):
    """What is left of a file when its coding is taken away; see docs/decisions/0106.

    ``bands``: four numbers of 16 bits. Two files that are alike share a band, or nearly (pictures, text).
    Films and sound are looked up by ``seconds``. ``marks`` holds what is then compared.
    """

    file = models.ForeignKey(StoredFile, related_name="fingerprints", on_delete=models.CASCADE)
    scheme = models.CharField(max_length=10, choices=Likeness.choices)
    value = models.BigIntegerField(null=True)
    """The 64 bits of a picture's hash, as a signed number."""
    band_0 = models.IntegerField(null=True)
    band_1 = models.IntegerField(null=True)
    band_2 = models.IntegerField(null=True)
    band_3 = models.IntegerField(null=True)
    seconds = models.FloatField(null=True)
    marks = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            *(
                # With the value, so that a lookup never turns to the table itself.
                models.Index(fields=["scheme", f"band_{number}", "value"], name=f"fingerprint_band_{number}")
                for number in range(4)
            ),
            models.Index(fields=["scheme", "seconds"], name="fingerprint_seconds"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "scheme"], name="one_fingerprint_of_a_sort_for_a_file"),
            models.CheckConstraint(
                condition=Q(scheme__in=[one for one in Likeness.values if one != "same"]),
                name="a_fingerprint_sort_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.file_id}"


class AlikePair(models.Model):
    """Two files whose fingerprints are near: found once, when the later one was prepared.

    It says nothing of who may know: :mod:`media_library.intake.duplicates` asks that each time.
    """

    first = models.ForeignKey(StoredFile, related_name="+", on_delete=models.CASCADE)
    second = models.ForeignKey(StoredFile, related_name="+", on_delete=models.CASCADE)
    how = models.CharField(max_length=10, choices=Likeness.choices)
    nearness = models.FloatField()
    """1 for the same, 0 for nothing in common."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_of_alike_files_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="a_pair_of_alike_files_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.how} {self.second_id}"


class Different(models.Model):
    """Somebody looked at both files and said that they are different: not asked again."""

    first = models.ForeignKey(StoredFile, related_name="+", on_delete=models.CASCADE)
    second = models.ForeignKey(StoredFile, related_name="+", on_delete=models.CASCADE)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, related_name="+", on_delete=models.SET_NULL, null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_is_different_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="a_different_pair_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_difference_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class ProposalState(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class Proposal(models.Model):
    """What one agency asks of another's resource, instead of putting it in again.

    Audiences and topics to add, or (``file``) a new version of its main file. The owner's editors decide.
    """

    resource = models.ForeignKey("media_library.Resource", related_name="proposals", on_delete=models.CASCADE)
    agency = models.ForeignKey(Agency, related_name="+", on_delete=models.PROTECT)
    by = models.ForeignKey(User, related_name="+", on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField()
    audiences = models.ManyToManyField(Audience, related_name="+")
    topics = models.ManyToManyField(Topic, related_name="+")
    file = models.ForeignKey(StoredFile, related_name="proposals", on_delete=models.SET_NULL, null=True)
    message = models.TextField(_("message"), max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    answer = models.CharField(_("reason"), max_length=500, blank=True)
    answered_by = models.ForeignKey(User, related_name="+", on_delete=models.SET_NULL, null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="proposal_open")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="a_proposal_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="a_declined_proposal_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="an_open_proposal_has_no_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} → {self.resource}"
