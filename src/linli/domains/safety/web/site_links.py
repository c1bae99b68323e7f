"""The address on a sign, and its QR code."""

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe


def sign_link(request: HttpRequest, tag: str) -> str:
    """What any camera opens: the public page of the place."""
    return request.build_absolute_uri(reverse("signs:sign", args=[tag]))


def qr_of(link: str) -> SafeString:
    """An SVG that survives a scratched sign (error level Q), drawn by attributes alone as the content policy asks."""
    code = segno.make(link, error="q", micro=False)
    drawn = code.svg_inline(scale=1, border=2, dark="#000", light="#fff", svgclass="ll-qr", omitsize=True)
    return mark_safe(drawn)
