"""How messages are worded here, and how each person wants to get them."""

from datetime import datetime, time

from django.utils.translation import gettext_lazy as _

from linli.kernel.errors import NotFound, Refused
from linli.kernel.messages.kinds import BY_CODE, WORDING_RIGHT
from linli.kernel.messages.models import Channel, Language, Preference, Template
from linli.kernel.messages.wordings import slots
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

BODY_LENGTH = 1_000
SUBJECT_LENGTH = 120
SMS_LENGTH = 300


class WordingRefused(Refused):
    """The wording would not work."""


def edit_template(
    *, code: str, channel: str, language: str, subject: str, body: str, actor: Actor, at: datetime
) -> Template:
    """Word a message locally. Raises WordingRefused, NotFound."""
    _require(actor, at)
    check_wording(code=code, channel=channel, language=language, subject=subject, body=body)
    template, _made = Template.objects.update_or_create(
        code=code,
        channel=channel,
        language=language,
        defaults={"subject": subject.strip(), "body": body.strip(), "changed_by": actor, "changed_at": at},
    )
    return template


def restore_template(*, code: str, channel: str, language: str, actor: Actor, at: datetime) -> None:
    """Go back to the shipped wording. Raises NotFound."""
    _require(actor, at)
    Template.objects.filter(code=code, channel=channel, language=language).delete()


def _require(actor: Actor, at: datetime) -> None:
    if not org.holds_right(actor, WORDING_RIGHT, at=at):
        raise NotFound


def check_wording(*, code: str, channel: str, language: str, subject: str, body: str) -> None:
    """Raises WordingRefused, naming the field at fault."""
    if code not in BY_CODE or channel not in Channel.values or language not in Language.values:
        raise WordingRefused(_("没有这种消息。"), field="code")
    if not body.strip():
        raise WordingRefused(_("请填写消息正文。"), field="body")
    if not subject.strip() or len(subject) > SUBJECT_LENGTH:
        raise WordingRefused(_("请填写标题，最多%(most)d字。") % {"most": SUBJECT_LENGTH}, field="subject")
    most = SMS_LENGTH if channel == Channel.SMS else BODY_LENGTH
    if len(body) > most:
        raise WordingRefused(_("正文最多%(most)d字。") % {"most": most}, field="body")
    for field, text in (("subject", subject), ("body", body)):
        if unknown := slots(text) - set(BY_CODE[code].fields):
            names = "、".join(f"{{{name}}}" for name in sorted(unknown))
            raise WordingRefused(_("这种消息里没有%(names)s。") % {"names": names}, field=field)


def set_preference(
    *,
    actor: Actor,
    language: str,
    by_email: bool,
    by_sms: bool,
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    digest: bool = False,
) -> Preference:
    """Set how ``actor`` wants to be reached. Raises Refused."""
    if language not in Language.values:
        raise Refused(_("请选择语言。"), field="language")
    if (quiet_from is None) != (quiet_until is None):
        raise Refused(_("请同时填写免打扰的开始和结束时间。"), field="quiet_until")
    preference, _made = Preference.objects.update_or_create(
        actor=actor,
        defaults={
            "language": language,
            "by_email": by_email,
            "by_sms": by_sms,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "digest": digest,
        },
    )
    return preference
