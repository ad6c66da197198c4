"""The one screen on which a resource is made: words, files, rights.

Files are taken in as the form is checked (:func:`media_library.intake.accept.accept`). One that is refused
leaves every other field and file as it was: what was already taken is carried in a signed hidden field, so
that nothing has to be uploaded twice.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.forms import TagField, TagWidget
from wagtail.admin.forms import WagtailAdminModelForm

from media_library import access, correcting, placing, replacing
from media_library.editing import kept, posters
from media_library.editing.spoken import SpokenField
from media_library.editing.widgets import FileWithPreview
from media_library.intake.accept import accept
from media_library.intake.rejection import Rejected
from media_library.kinds import Kind, Role, rule_for
from media_library.models import Agency, Asset, Audience, Resource, StoredFile, Topic
from media_library.text import clean_line

FILE_FIELDS = {
    "main_file": Role.ORIGINAL,
    "cover_file": Role.COVER,
    "caption_file": Role.CAPTION,
    "attachment_file": Role.ATTACHMENT,
}


class ResourceForm(WagtailAdminModelForm):
    """Draft at any time; what publication needs is asked by :mod:`media_library.publishing`."""

    audiences = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Audiences"),
        queryset=Audience.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Topics"),
        queryset=Topic.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    keywords = TagField(
        label=gettext_lazy("Keywords"),
        required=False,
        widget=TagWidget,
        help_text=gettext_lazy("Words people would search for, separated by commas."),
    )
    main_file = forms.FileField(label=gettext_lazy("Main file"), required=False, allow_empty_file=True)
    replace_reason = forms.CharField(
        label=gettext_lazy("Why the file is replaced"),
        required=False,
        max_length=replacing.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only where you choose another main file: kept with the old version."),
    )
    alt = forms.CharField(
        label=gettext_lazy("Alt text"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One or two sentences that say what is to be seen, for people who cannot see it."
        ),
    )
    text_alternative = forms.CharField(
        label=gettext_lazy("Text alternative"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("All the words and figures in the picture, in reading order."),
    )
    focal_x = forms.FloatField(required=False, min_value=0, max_value=1, widget=forms.HiddenInput)
    focal_y = forms.FloatField(required=False, min_value=0, max_value=1, widget=forms.HiddenInput)
    poster = forms.ChoiceField(
        label=gettext_lazy("Poster"),
        required=False,
        help_text=gettext_lazy("Choose a picture of the film as its cover, or send one of your own."),
    )
    cover_file = forms.FileField(label=gettext_lazy("Cover picture"), required=False, allow_empty_file=True)
    spoken = SpokenField()
    caption_file = forms.FileField(
        label=gettext_lazy("Captions or transcript (WebVTT, SRT)"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("Searchable, shown beside the player, and for people who cannot hear."),
    )
    caption_language = forms.ChoiceField(
        label=gettext_lazy("Language of the captions"), choices=settings.LANGUAGES, required=False
    )
    attachment_file = forms.FileField(label=gettext_lazy("Attachment"), required=False, allow_empty_file=True)
    removed_files = forms.MultipleChoiceField(
        label=gettext_lazy("Remove files"), required=False, widget=forms.CheckboxSelectMultiple
    )
    correction_vi = forms.CharField(
        label=gettext_lazy("What was wrong, in Vietnamese"),
        required=False,
        max_length=correcting.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Only where something that is public was wrong. Once this version is published it stands on the page"
            " for good, and who took the resource is told by mail. For example: the year in the second column was"
            " 2024, not 2023."
        ),
    )
    correction_en = forms.CharField(
        label=gettext_lazy("What was wrong, in English"),
        required=False,
        max_length=correcting.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kept_files = forms.CharField(required=False, widget=forms.HiddenInput)

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource: Resource = self.instance
        self.kept: dict[str, StoredFile] = {}
        self.replacement: dict[str, Any] | None = None
        self.correction: correcting.Said | None = None
        self._fix_agency()
        self._shape_by_kind()
        self._show_files()
        self._fix_words_of_editors()
        self._show_correction()
        if self.is_bound and "body" in self.fields and self.add_prefix("body-count") not in self.data:
            self._drop("body")  # sent without script, which alone draws its blocks: the body stays as it is

    # What the form offers

    def _fix_agency(self) -> None:
        field = self.fields.get("agency")
        if field is None:
            return
        if self.resource.pk:
            del self.fields["agency"]
            return
        if not access.is_lead(self.for_user):
            field.queryset = Agency.objects.filter(pk__in=access.agency_ids(self.for_user), successor=None)
        else:
            field.queryset = Agency.objects.filter(successor=None)
        only = list(field.queryset[:2])
        if len(only) == 1:
            field.initial = only[0]
        field.empty_label = None if len(only) == 1 else field.empty_label

    def _shape_by_kind(self) -> None:
        kind = self.resource.kind
        rule = rule_for(kind)
        if not rule.accepts:
            self._drop("main_file")
        if kind not in (Kind.PHOTO, Kind.INFOGRAPHIC):
            self._drop("alt", "text_alternative", "focal_x", "focal_y")
        if not rule.needs_words:
            self._drop("spoken", "caption_file", "caption_language", "accessibility_waiver")
        if not rule.needs_body:
            self._drop("body")
        if kind in (Kind.PHOTO, Kind.INFOGRAPHIC) and self._has_no_cover():
            self._drop("cover_file")  # a picture is its own cover
        if kind != Kind.VIDEO:
            self._drop("poster")
        if kind not in (Kind.VIDEO, Kind.PODCAST):
            self.formsets.pop("chapters", None)
        for name, role in FILE_FIELDS.items():
            if name in self.fields:
                self.fields[name].widget = FileWithPreview(
                    accept=rule.accept_attribute(role), limit=rule.size_limit(role), kind=kind
                )

    def _has_no_cover(self) -> bool:
        return all(asset.role != Role.COVER for asset in self.resource.assets.all())

    def _fix_words_of_editors(self) -> None:
        """Reasons that only an editor records; of a new resource only the lead department."""
        rules = {
            "accessibility_waiver": access.may_waive,
            "embedding_refused": access.may_refuse_embedding,
        }
        for name, may in rules.items():
            known = bool(self.resource.agency_id)
            if not (may(self.for_user, self.resource) if known else access.is_lead(self.for_user)):
                self._drop(name)

    def _show_correction(self) -> None:
        """Of what is public; what was said of it already in a newer draft can still be mended."""
        if not (self.resource.pk and self.resource.live):
            self._drop("correction_vi", "correction_en")
            return
        said = correcting.waiting(self.resource)
        self.fields["correction_vi"].initial, self.fields["correction_en"].initial = said.vi, said.en

    def _show_files(self) -> None:
        for name in FILE_FIELDS:
            if name in self.fields:
                self.fields[name].widget.resource_pk = self.resource.pk
        assets = list(self.resource.assets.all()) if self.resource.pk else []
        original = self.resource.original if self.resource.pk else None
        if "main_file" in self.fields:
            self.fields["main_file"].widget.current = original
            self.fields["main_file"].widget.offered_to = tuple(self.fields)
        if "main_file" not in self.fields or original is None or self.resource.first_published_at is None:
            self._drop("replace_reason")
        if "cover_file" in self.fields:
            self.fields["cover_file"].widget.current = next((a for a in assets if a.role == Role.COVER), None)
        self._offer_posters(original, next((a for a in assets if a.role == Role.COVER), None))
        if original is not None:
            for name in ("alt", "text_alternative", "focal_x", "focal_y"):
                if name in self.fields:
                    self.fields[name].initial = getattr(original, name)
        removable = [asset for asset in assets if asset.role != Role.ORIGINAL]
        self.fields["removed_files"].choices = [(str(asset.file_id), str(asset)) for asset in removable]
        if not removable:
            self._drop("removed_files")
        if "caption_language" in self.fields and self.resource.locale_id:
            self.fields["caption_language"].initial = self.resource.language
        if "spoken" in self.fields and not self.resource.pk and self.resource.locale_id:
            self.initial["spoken"] = self.resource.language

    def _offer_posters(self, original: Asset | None, cover: Asset | None) -> None:
        if "poster" not in self.fields:
            return
        self.posters = posters.offered_for(original)
        if not self.posters:
            self._drop("poster")
            return
        field = self.fields["poster"]
        field.widget = posters.PosterChoice(self.posters)
        field.choices = [("", "")] + [(one.name, one.name) for one in self.posters]
        field.initial = posters.chosen_already(self.posters, cover)

    def _drop(self, *names: str) -> None:
        for name in names:
            self.fields.pop(name, None)

    # What came in

    def clean_title(self) -> str:
        title = clean_line(self.cleaned_data["title"])
        if not title:
            raise ValidationError(_("Give it a title."))
        return title

    def clean_agency(self) -> Agency:
        agency: Agency = self.cleaned_data["agency"]
        if agency is not None and not access.may_create_for(self.for_user, agency):
            raise ValidationError(_("Choose one of your agencies."))
        return agency

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        self._read_kept(cleaned)
        for name, role in FILE_FIELDS.items():
            if name in self.fields:
                self._take(name, role, cleaned)
        self._ask_reason(cleaned)
        if {"correction_vi", "correction_en"} & set(self.changed_data):
            self.correction = correcting.Said(
                clean_line(cleaned.get("correction_vi") or ""), clean_line(cleaned.get("correction_en") or "")
            )
        if "poster" in self.changed_data and cleaned.get("poster") and not cleaned.get("cover_file"):
            self._take_poster(cleaned["poster"])
        if (cleaned.get("focal_x") is None) != (cleaned.get("focal_y") is None):
            cleaned["focal_x"] = cleaned["focal_y"] = None
        self._keep_for_next_time()
        return cleaned

    def _read_kept(self, cleaned: dict[str, Any]) -> None:
        for name, file in kept.read(cleaned.get("kept_files") or "", user=self.for_user).items():
            if name in self.fields:
                self.kept[name] = file

    def _take(self, name: str, role: str, cleaned: dict[str, Any]) -> None:
        upload = cleaned.get(name)
        agency = self.resource.agency if self.resource.agency_id else cleaned.get("agency")
        if not upload or agency is None:
            return
        try:
            self.kept[name] = accept(
                stream=upload,
                name=upload.name,
                kind=self.resource.kind,
                role=role,
                agency=agency,
                by=self.for_user,
                at=timezone.now(),
            )
        except Rejected as refusal:
            self.kept.pop(name, None)
            self.add_error(name, str(refusal.message))

    def _ask_reason(self, cleaned: dict[str, Any]) -> None:
        """Who replaces the file of what has been public says why."""
        file, old = self.kept.get("main_file"), self.resource.original
        if file is None or old is None or old.file_id == file.pk:
            return
        reason = cleaned.get("replace_reason") or ""
        if "replace_reason" in self.fields and not reason.strip():
            self.add_error("replace_reason", _("Say why the file is replaced; it is kept with the old one."))
        self.replacement = replacing.facts_of(file, replaced=old, reason=reason)

    def _take_poster(self, name: str) -> None:
        """The chosen picture becomes the cover; one that was taken in by an earlier attempt is it already."""
        chosen = next(one for one in self.posters if one.name == name)
        before = self.kept.get("cover_file")
        if before is not None and before.sha256 == chosen.sha256:
            return
        try:
            self.kept["cover_file"] = posters.as_cover(
                chosen, kind=self.resource.kind, agency=self.resource.agency, by=self.for_user
            )
        except (Rejected, FileNotFoundError):
            self.add_error("poster", _("This picture cannot be taken at the moment. Choose another."))

    def _keep_for_next_time(self) -> None:
        self.data = self.data.copy()
        self.data[self.add_prefix("kept_files")] = kept.sign(self.kept, user=self.for_user)
        for name, file in self.kept.items():
            self.fields[name].widget.kept = file

    # What is saved

    def save(self, commit: bool = True) -> Resource:
        resource: Resource = super().save(commit=False)
        if not (resource.created_by_id or resource.pk):
            resource.created_by = self.for_user
        if "accessibility_waiver" in self.changed_data:
            resource.waived_by = self.for_user
        self._arrange_assets(resource)
        if commit:
            resource.save()
        return resource

    def _arrange_assets(self, resource: Resource) -> None:
        removed = set(self.cleaned_data.get("removed_files") or [])
        assets = [asset for asset in resource.assets.all() if str(asset.file_id) not in removed]
        for name, file in self.kept.items():
            role = FILE_FIELDS[name]
            language = self.cleaned_data.get("caption_language") if role == Role.CAPTION else ""
            assets = placing.placed(assets, file, role=role, language=language or "")
        for asset in assets:
            if asset.role == Role.ORIGINAL:
                self._describe(asset)
        resource.assets.set(placing.in_order(assets))

    def _describe(self, asset: Asset) -> None:
        for name in ("alt", "text_alternative"):
            if name in self.fields:
                setattr(asset, name, self.cleaned_data.get(name) or "")
        if "focal_x" in self.fields:
            asset.focal_x = self.cleaned_data.get("focal_x")
            asset.focal_y = self.cleaned_data.get("focal_y")
