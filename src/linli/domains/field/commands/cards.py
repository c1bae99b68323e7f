"""What an identity-card reader at a terminal hands over: a person's contact, sealed, and why it was asked for.

One path for every reader, whichever program reads the card: the fields of the record become ``reader.read``. The
number is checked and never kept; address, birth, portrait and everything else of the card are refused, not ignored.
"""

import re
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.devices.reading import Fields
from linli.kernel.devices.verbs import Done, FieldRefused, Made, Verb
from linli.kernel.org.commands import contacts
from linli.kernel.org.commands.changes import keep
from linli.kernel.org.masking import mask_identity, mask_name
from linli.kernel.org.models import Actor

KEPT = timedelta(days=365)
"""How long the contact is kept *(default)*; the retention job erases it then."""
KNOWN = frozenset({"purpose", "name", "number", "phone", "reader"})
NUMBER = re.compile(r"\d{17}[\dX]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def read_card(made: Made) -> Done:
    """``reader.read``: a person met in the street and willing to be reached. Raises FieldRefused."""
    if more := set(made.fields) - KNOWN:
        raise FieldRefused(_("只收姓名和电话，其他证件内容不收：%(what)s。") % {"what": "、".join(sorted(more))[:80]})
    fields = Fields(made.fields)
    purpose = fields.text("purpose", limit=200, needed=True)
    name = fields.text("name", limit=60, needed=True)
    number = fields.text("number", limit=18).upper()
    if number and not is_number(number):
        raise FieldRefused(_("证件号码不对，请重新读卡。"), field="number")
    if Actor.objects.filter(pk=made.id).exists():
        raise FieldRefused(_("这个编号已用于别的人员。"))
    person = Actor.objects.create(id=made.id, kind="outside", name="")
    until = timezone.localdate(made.at) + KEPT
    contacts.keep_contact(person, name=name, phone=fields.text("phone", limit=30), keep_until=until)
    keep(person, "read_card", actor=made.actor, at=made.at, reason=purpose,
         changes={"reader": fields.text("reader", limit=60), "keep_until": until})  # fmt: skip
    facts = {"person": str(person.pk), "name": mask_name(name), "number": mask_identity(number) if number else ""}
    return Done(_("已密封登记，到期自动销毁。"), facts=facts)


def is_number(text: str) -> bool:
    """A citizen number of 18 places with a real day of birth and the right check digit (GB 11643)."""
    if not NUMBER.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False)) % 11] == text[17]


VERBS: dict[str, Verb] = {"reader.read": read_card}
