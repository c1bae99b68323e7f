"""Every route that answers without a sign-in. What is not listed here asks who it is."""

PUBLIC: tuple[str, ...] = (
    "web:look",
    "web:design",
    "web:design_of",
    "organisation:sign_in",
    "cases:resident_home",
    "resident:*",
)
"""Url names; ``namespace:*`` lists all routes of a namespace."""
