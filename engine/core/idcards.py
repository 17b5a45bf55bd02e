"""Numbers of identity cards (GB 11643-1999): what a number says of its holder, and whether it can be one. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

#: Weights of the first 17 digits, and the last sign by the sum's remainder (GB 11643).
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
_NUMBER = re.compile(r"\d{17}[\dX]")
MALE, FEMALE = "男", "女"


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What a valid number says: when its holder was born, and of which sex."""

    born: date
    sex: str


def plain(number: str) -> str:
    """Return a number as it is compared: no spaces, half-width, capital X."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def read(number: str) -> Card | None:
    """Return what a number of 18 signs says; None where it is none: of another kind, or mistyped.

    Abolished areas are good, and so are the numbers of residents from 港澳台 (81, 82, 83) and of foreigners (9).
    """
    digits = plain(number)
    if _NUMBER.fullmatch(digits) is None or check_sign(digits) != digits[17]:
        return None
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return None
    return Card(born=born, sex=MALE if int(digits[16]) % 2 else FEMALE)


def check_sign(digits: str) -> str:
    """Return the last sign that the first 17 digits call for."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits[:17], strict=True))
    return CHECKS[total % 11]


def problem(number: str) -> str | None:
    """Return what is wrong with a number that looks like one of 18 signs; papers of other kinds are not judged."""
    digits = plain(number)
    if len(digits) != len(WEIGHTS) + 1 or not digits[:17].isdecimal():
        return None
    if _NUMBER.fullmatch(digits) is None or check_sign(digits) != digits[17]:
        return "身份证号码的校验位不对，请核对有没有输错"
    return None if read(digits) else "身份证号码里的出生日期不存在，请核对"
