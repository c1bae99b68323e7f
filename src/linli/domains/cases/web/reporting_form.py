"""The form by which a resident reports: read once, in the order in which it is asked."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from linli.domains.cases.commands import Caller
from linli.domains.cases.commands.residents import Photo, Sent

TEXT_AT_MOST = 4000
CRS = ("wgs84", "cgcs2000", "gcj02", "bd09")


class ReportForm(forms.Form):
    """Photo, place, words, contact. Only the words and some place are needed."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput)
    crs = forms.ChoiceField(required=False, choices=[(crs, crs) for crs in CRS], widget=forms.HiddenInput)
    address = forms.CharField(
        label=_("地址或附近的标志"),
        help_text=_("例如：虹古路 300 弄 5 号楼门口。"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "street-address", "enterkeyhint": "next"}),
    )
    text = forms.CharField(
        label=_("说一两句"),
        help_text=_("一句话就行。不会打字？点输入框，再按键盘上的麦克风，说出来。"),
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea({"rows": 5, "maxlength": TEXT_AT_MOST, "enterkeyhint": "done"}),
        error_messages={
            "required": _("请用一句话说说发生了什么。"),
            "max_length": _("文字最多 %(limit_value)d 字，现在有 %(show_value)d 字，请精简一些。"),
        },
    )
    category = forms.CharField(required=False, max_length=20)
    name = forms.CharField(
        label=_("怎么称呼您"), required=False, max_length=40, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("联系电话"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )
    wants_answer = forms.BooleanField(label=_("办好以后请答复我"), required=False)

    def clean_phone(self) -> str:
        """A number somebody can be called at, or nothing."""
        given: str = self.cleaned_data["phone"].strip()
        digits = [char for char in given if char.isdigit()]
        if given and not 7 <= len(digits) <= 15:
            raise forms.ValidationError(_("请核对电话号码，手机号是 11 位数字。"))
        return given

    def clean(self) -> dict[str, Any]:
        """Some place must be known: a position, or words for it."""
        given = super().clean() or self.cleaned_data
        has_position = given.get("lon") is not None and given.get("lat") is not None
        if not has_position and not (given.get("address") or "").strip() and "address" not in self.errors:
            self.add_error("address", _("请定位、在地图上点一下，或写下地址，不然找不到地方。"))
        return given

    def sent(self, photos: list[UUID], *, area_unit: int | None = None) -> Sent:
        """What was asked for, ready for the command. ``area_unit`` answers where there is no position."""
        given = self.cleaned_data
        has_position = given["lon"] is not None and given["lat"] is not None
        return Sent(
            key=given["id"],
            text=given["text"],
            lon=given["lon"] if has_position else None,
            lat=given["lat"] if has_position else None,
            crs=given["crs"] or "wgs84",
            accuracy_m=given["accuracy"] if has_position else None,
            address=given["address"],
            # Only where it counts, or a report sent again after it was remembered would read as another one.
            area_unit=None if has_position else area_unit,
            category=given["category"],
            photos=photos,
            caller=Caller(name=given["name"].strip(), phone=given["phone"]),
            wants_answer=given["wants_answer"],
        )


def photos_in(request: HttpRequest) -> list[Photo]:
    """Photos sent with the form, each with the hash its phone made, where it made one."""
    hashes = request.POST.getlist("photo_sha256")
    files = request.FILES.getlist("photo")
    claims = hashes if len(hashes) == len(files) else [""] * len(files)
    return [
        Photo(cast(BinaryIO, file.file), file.name or "photo", claim) for file, claim in zip(files, claims, strict=True)
    ]


def kept_in(request: HttpRequest) -> list[UUID]:
    """Ids of photos received with an earlier try of the same form."""
    try:
        return [UUID(text) for text in request.POST.getlist("kept")]
    except ValueError:
        return []
