from datetime import timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from linli.web import built
from linli.web.lists import Keyset
from linli.web.templatetags import linli as tags


def render(source: str, **context) -> str:
    return Template("{% load linli %}" + source).render(Context(context))


class Note(forms.Form):
    note = forms.CharField(label="说明", help_text="居民会看到")
    kind = forms.ChoiceField(label="级别", choices=[("1", "一类")], widget=forms.RadioSelect)
    phone = forms.CharField(label="电话", required=False)


def test_a_field_says_what_it_is_why_it_is_asked_and_how_to_mend_it():
    wrong = Note({"note": ""})

    text = render("{% field form.note %}", form=wrong)

    assert '<label class="form-label" for="id_note">说明' in text
    assert 'id="id_note_helptext">居民会看到' in text
    assert 'id="id_note_error"' in text
    assert 'aria-describedby="id_note_helptext id_note_error"' in text
    assert 'aria-invalid="true"' in text


def test_choices_stand_together_under_their_question():
    text = render("{% field form.kind %}", form=Note())

    assert "<fieldset" in text
    assert "<legend" in text


def test_only_what_may_be_left_out_is_called_optional():
    assert "选填" in render("{% field form.phone %}", form=Note())
    assert "选填" not in render("{% field form.note %}", form=Note())


def test_what_was_typed_is_kept_and_escaped_after_an_error():
    text = render("{% field form.note %}", form=Note({"note": "<b>积水"}))

    assert "&lt;b&gt;积水" in text


def test_a_running_clock_carries_what_its_script_needs():
    due = timezone.now() + timedelta(hours=2, seconds=30)

    text = render("{% clock due %}", due=due)

    assert "data-due=" in text
    assert "剩 2 小时" in text
    assert "is-warn" in text


def test_a_stopped_clock_does_not_run_on():
    text = render("{% clock due stopped=due %}", due=timezone.now())

    assert 'data-due=""' in text
    assert "按时" in text


def test_the_pager_leads_to_both_sides_with_the_filters():
    request = RequestFactory().get("/cases?state=open&after=m")

    text = render("{% pager keyset %}", keyset=Keyset([1, 2], after="z", before="a", total=9), request=request)

    assert 'href="?state=open&amp;after=z"' in text
    assert 'href="?state=open&amp;before=a"' in text


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("13812345678", "phone", "138****5678"),
        ("021-12345678", "phone", "021****5678"),
        ("110", "phone", "****"),
        ("欧阳", "name", "欧*"),
        ("11010519491231002X", "id", "110***********002X"),
        ("", "phone", "—"),
    ],
)
def test_personal_data_is_masked(value, kind, shown):
    assert tags.masked(value, kind) == shown


def test_an_icon_nobody_listed_is_noticed(monkeypatch):
    monkeypatch.setattr(built, "_sprite", lambda version: ("/static/icons.svg", frozenset({"map-pin"})))

    assert "icons.svg#map-pin" in render('{% icon "map-pin" %}')
    with pytest.raises(built.NotBuilt, match=r"icons\.txt"):
        render('{% icon "unheard-of" %}')


def test_an_entry_brings_the_styles_of_what_it_imports_first(monkeypatch):
    manifest = {
        "src/desk/main.ts": {
            "file": "desk-1.js",
            "name": "desk",
            "isEntry": True,
            "imports": ["_kit"],
            "css": ["desk.css"],
        },
        "_kit": {"file": "kit.js", "css": ["kit.css"]},
    }
    monkeypatch.setattr(built, "_read", lambda file: manifest)

    text = render('{% entry "desk" %}')

    assert text.index("kit.css") < text.index("desk.css") < text.index("desk-1.js")


def test_an_entry_that_was_never_built_is_noticed(monkeypatch):
    monkeypatch.setattr(built, "_read", lambda file: {"x": {"file": "x.js"}})

    with pytest.raises(built.NotBuilt, match="no-such"):
        render('{% entry "no-such" %}')
