"""How sure a stated fact is, in words: what is unsure is marked wherever it is shown."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORDS: Mapping[str, str | Promise] = {
    "high": gettext_lazy("已核"), "medium": gettext_lazy("大体可靠"), "low": gettext_lazy("待核"),
    "demo": gettext_lazy("演示用语"),
}  # fmt: skip
UNSURE = "low"


def sureness(code: str) -> str:
    """What a mark of confidence means; one that is unknown stands as it is."""
    return str(WORDS.get(code, code))


def titled(title: str, confidence: str) -> str:
    """A title, marked where it is not known for certain, for places that show text only."""
    return _("%(title)s（待核）") % {"title": title} if is_unsure(confidence) else title


def is_unsure(code: str) -> bool:
    """Whether title, number or dates are not known for certain."""
    return code == UNSURE
