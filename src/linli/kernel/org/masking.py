"""Personal data as shown to people who need not see it in full.

Source: standards list of masking rules (姓名, 手机号, 固定电话, 邮箱, 公民身份号码, 车牌号, 住址).
"""

import re
import unicodedata
from collections.abc import Callable
from types import MappingProxyType

_PAIRS = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳"
    "公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空令狐百里呼延东郭南门西门"
)
_DOUBLE_SURNAMES = frozenset(_PAIRS[n : n + 2] for n in range(0, len(_PAIRS), 2))
_MOBILE = re.compile(r"^1[0-9]{10}$")
_LANDLINE = re.compile(r"^(0[0-9]{2,3})-?([0-9]{7,8})$")
_ROAD = re.compile(r"^(.*?(?:大道|大街|公路|路|街|巷|道|里弄))")


def plain_number(phone: str) -> str:
    """Digits of a phone number, full-width ones too, without the country code: ``"+86 138-1234 5678"`` → 11 digits."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", phone))
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) == 11:
            return digits[len(prefix) :]
    return digits


def mask_name(name: str) -> str:
    """``欧阳小明`` → ``欧阳**``, ``王芳`` → ``王*``; other scripts keep the first letter."""
    if not name:
        return ""
    kept = 2 if name[:2] in _DOUBLE_SURNAMES and len(name) > 2 else 1
    return name[:kept] + "*" * max(len(name) - kept, 1)


def mask_phone(phone: str) -> str:
    """``13812345678`` → ``138****5678``, ``021-12345678`` → ``021-****5678``; anything else keeps the last two."""
    number, text = plain_number(phone), re.sub(r"\s", "", phone)
    if _MOBILE.match(number):
        return f"{number[:3]}****{number[-4:]}"
    if landline := _LANDLINE.match(text):
        return f"{landline[1]}-****{text[-4:]}"
    return "*" * max(len(text) - 2, 0) + text[-2:] if len(text) > 4 else "*" * len(text)


def mask_email(email: str) -> str:
    """``zhang@example.cn`` → ``z****@example.cn``."""
    local, at, domain = email.partition("@")
    return f"{local[:1]}{'*' * max(len(local) - 1, 1)}@{domain}" if at else "*" * len(email)


def mask_identity(number: str) -> str:
    """``11010519491231002X`` → ``110***********002X``."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * len(number)


def mask_plate(plate: str) -> str:
    """``沪A12345`` → ``沪A***45``."""
    return plate[:2] + "*" * (len(plate) - 4) + plate[-2:] if len(plate) > 4 else "*" * len(plate)


def mask_address(address: str) -> str:
    """Up to the road: ``XX路100弄3号502室`` → ``XX路***``; without a road, the first three characters."""
    road = _ROAD.match(address)
    return f"{road[1] if road else address[:3]}***" if address else ""


MASKS: MappingProxyType[str, Callable[[str], str]] = MappingProxyType(
    {
        "name": mask_name,
        "phone": mask_phone,
        "email": mask_email,
        "identity": mask_identity,
        "plate": mask_plate,
        "address": mask_address,
    }
)
