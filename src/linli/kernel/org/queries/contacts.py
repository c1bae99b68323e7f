"""How to reach people: masked for pages, in plain only for delivery by the program itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.org.masking import mask_email, mask_name, mask_phone
from linli.kernel.org.models import Account, Contact
from linli.kernel.org.sealing import keyring, unseal


@dataclass(frozen=True, slots=True)
class Masked:
    """A contact fit for a page; ``erased`` when its key was destroyed."""

    name: str = ""
    phone: str = ""
    email: str = ""
    erased: bool = False


def masked(actor_ids: Iterable[UUID]) -> dict[UUID, Masked]:
    """Masked contacts of those who have one; one query."""
    contacts = Contact.objects.filter(actor_id__in=tuple(actor_ids))
    return {contact.actor_id: _masked(contact) for contact in contacts}


def address_for_delivery(actor_id: UUID, field: str) -> str:
    """Plain ``phone`` or ``email`` for the program to send a message to; never for a page or an export.

    Contact first, else the account of a member of staff; "" when neither has one.
    """
    contact = Contact.objects.filter(actor_id=actor_id, erased_at=None).first()
    if contact is not None and (found := opened(contact, field)):
        return found
    account = Account.objects.filter(actor_id=actor_id, is_active=True).values_list(field, flat=True).first()
    return account or ""


def opened(contact: Contact, field: str) -> str:
    """A field (name, phone, email) in plain; reading it on somebody's behalf goes through ``read_contact``."""
    sealed: bytes = bytes(getattr(contact, f"{field}_enc"))
    if not sealed:
        return ""
    return unseal(keyring().unwrap(bytes(contact.data_key_enc), contact.key_no), sealed, field).decode()


def _masked(contact: Contact) -> Masked:
    if contact.erased_at is not None:
        return Masked(erased=True)
    return Masked(
        name=mask_name(opened(contact, "name")),
        phone=mask_phone(opened(contact, "phone")),
        email=mask_email(opened(contact, "email")),
    )
