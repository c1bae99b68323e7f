"""Every route that answers without a sign-in. What is not listed here asks who it is."""

PUBLIC: tuple[str, ...] = (
    "web:look",
    "web:design",
    "web:design_of",
    "account:sign_in",
    "account:second",
    "account:passkey_begin",
    "account:passkey_finish",
    "account:phone",
    "account:phone_code",
    "resident:*",
    "open_lists:*",
    "field:shell",
    "field:manifest",
    "field:worker",
    "field:files",
    "api:*",
    "field:enrol",
    "field_api:*",
    "open311:*",
)
"""Url names; ``namespace:*`` lists all routes of a namespace. ``api`` and ``open311`` ask for a key themselves,
``field_api`` for a phone's token; ``field:enrol`` answers in words a script understands."""
