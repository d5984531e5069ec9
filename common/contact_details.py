"""Validates, compares and formats e-mail addresses and telephone numbers. Pure.

Of an e-mail address only the syntax is checked: "info@dot.example.gov" is valid. Placeholders of web pages
("[email protected]", "name at example dot org", "name(at)example.org") are not.

Telephone numbers are parsed by the library phonenumbers (Google's libphonenumber). A number is stored as written;
comparison keys and tel: URLs are normalized.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat

from common.text import normalize

_LOCAL = r"(?!\.)(?:[^@\s\[\]<>(),;:\"\\.]|\.(?![.@]))+"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")
#: RFC 5321: a path has at most 256 characters with its brackets.
_LONGEST_ADDRESS = 254


def is_email_address(text: str) -> bool:
    """Whether the stripped text is one address."""
    address = normalize(text.strip())
    return len(address) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(address) is not None


def email_key(text: str) -> str:
    """The comparison key of an address: NFC, case-folded, stripped."""
    return normalize(text.strip()).casefold()


#: A number with fewer digits is an extension or an error.
_SHORTEST_PHONE = 6
#: Number of last digits common to all spellings of a number, whatever its country and area codes.
COMPARED_DIGITS = 8
#: ITU-T E.164: 15 digits with the country code; with an international prefix ("00") two more.
_LONGEST_PHONE = 17
#: A longer text is no number.
_LONGEST_PHONE_TEXT = 60

_NOT_DIGITS = re.compile(r"\D")
_PHONE_CHARACTERS = re.compile(r"[+(\[]?[\d\s().\[\]/+\-–—‐‑·]+")
_VANITY = re.compile(r"[+(\d][\d\s().\-]*\d[\s().\-]*[A-Z]{3,}[A-Z\d\s.\-]*")
_NO_CAPITALS = re.compile(r"[^A-Z]")
_EXTENSION = re.compile(r"[\s,;]*(?:extension|ext|x|poste|durchwahl|dw)[\s.:]*(?P<ext>\d{1,8})\s*", re.IGNORECASE)
_EXTENSION_ONLY = re.compile(r"(?:(?:extension|ext|x|poste|durchwahl|dw)[\s.:]*)?#?\d[\d\s/\-]{0,11}", re.IGNORECASE)
NOT_A_NUMBER = (
    "Enter a telephone number, with the country code where possible, for example +33 4 00 00 00 00. "
    "An extension has its own field."
)
NOT_AN_EXTENSION = "Enter the digits of the extension, for example 1234."


def digits_of(phone: str) -> str:
    """The digits; "" when there are too few for a number."""
    digits = _digits(phone)
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def last_digits(phone: str) -> str:
    """The last digits, by which candidates are looked up; "" for no number. `is_same_number` compares the whole."""
    return digits_of(phone)[-COMPARED_DIGITS:]


def normal_form(phone: str) -> str:
    """E.164 for a number with its country code, else its digits; "" for no number."""
    bare = _plain(phone)
    digits = digits_of(bare)
    if not digits or not bare.lstrip("([").startswith("+"):
        return digits
    number = _international_number(bare)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else f"+{digits}"


def is_same_number(one: str, other: str) -> bool:
    """Whether two texts are the same number; one may be in the national format of the other's country.

    Two national formats are equal when they differ at most by the trunk prefix "0".
    """
    first, second = sorted((normal_form(one), normal_form(other)))  # "+" sorts before digits
    if not first or first == second:
        return bool(first)
    if second.startswith("+"):
        return False
    if first.startswith("+"):
        return first == f"+{second}" or first == _in_country_of(first, second)
    return first.removeprefix("0") == second.removeprefix("0")


def matching_lookup_forms(phone: str) -> set[str]:
    """Which lookup forms of other numbers match this number, as in `is_same_number`."""
    form = normal_form(phone)
    if form.startswith("+"):
        return {f"whole {form}", *(f"national {digits}" for digits in _national_spellings(form))}
    return {f"abroad {form}", f"bare {form.removeprefix('0')}"} if form else set()


def lookup_forms(phone: str) -> set[str]:
    """Lookup forms of a number: the whole number, and its national format."""
    form = normal_form(phone)
    if form.startswith("+"):
        return {f"whole {form}", *(f"abroad {digits}" for digits in _national_spellings(form))}
    return {f"national {form}", f"bare {form.removeprefix('0')}"} if form else set()


def _national_spellings(international: str) -> set[str]:
    """The digits of an international number with its country code, without it, and with the trunk prefix instead."""
    number = _international_number(international)
    if not number:
        return {international[1:]}
    trunk = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return {international[1:], phonenumbers.national_significant_number(number), _digits(trunk)}


def _in_country_of(international: str, national: str) -> str:
    """A national number in E.164, with the country of the other number; "" when invalid."""
    try:
        region = phonenumbers.region_code_for_country_code(phonenumbers.parse(international, None).country_code)
        return phonenumbers.format_number(phonenumbers.parse(national, region), PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return ""


def is_phone_number(text: str) -> bool:
    """Whether a text is one telephone number without an extension, in any country's format."""
    bare = _plain(text) if len(text) <= _LONGEST_PHONE_TEXT else ""
    if not _PHONE_CHARACTERS.fullmatch(bare) or not _SHORTEST_PHONE <= len(digits_of(bare)) <= _LONGEST_PHONE:
        return False
    if bare.lstrip("([").startswith("+"):
        return _international_number(bare) is not None
    return len(digits_of(bare)) <= _LONGEST_PHONE - len("00") and set(digits_of(bare)) != {"0"}


def is_extension(text: str) -> bool:
    """Whether a text is an extension: up to ten digits, optionally after "ext."."""
    return len(text) <= _LONGEST_PHONE_TEXT and _EXTENSION_ONLY.fullmatch(text.strip()) is not None


def split_extension(phone: str, extension: str = "") -> tuple[str, str]:
    """Split a number with a trailing extension ("555 123 4567 x 12"); unchanged where an extension is given."""
    if len(phone) > _LONGEST_PHONE_TEXT:
        return phone, extension
    match = re.search(rf"{_EXTENSION.pattern}\Z", phone, re.IGNORECASE)
    if not match or extension.strip() or not is_phone_number(phone[: match.start()]):
        return phone, extension
    return phone[: match.start()].strip(), match["ext"]


def tel_url(phone: str, extension: str = "") -> str:
    """The tel: URL (RFC 3966), or "" when the text is not one number."""
    phone, extension = split_extension(phone, extension)
    if not is_phone_number(phone):
        return ""
    number = _international_number(_plain(phone))
    dialled = phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else _digits(_plain(phone))
    suffix = f";ext={_digits(extension)}" if is_extension(extension) else ""
    return f"tel:{dialled}{suffix}"


def _plain(text: str) -> str:
    """In ASCII digits, with "+" for the international prefix "00" and digits for letters ("1-800-FLOWERS")."""
    bare = unicodedata.normalize("NFKC", text).strip()
    if _VANITY.fullmatch(bare) and len(set(_NO_CAPITALS.sub("", bare))) > 1:
        bare = phonenumbers.convert_alpha_characters_in_number(bare)
    return re.sub(r"\A00(?=[1-9 ])", "+", bare)


def _international_number(phone: str) -> phonenumbers.PhoneNumber | None:
    """A number with its country code, or None: the code is missing, or the country has no such numbers."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _digits(text: str) -> str:
    return _NOT_DIGITS.sub("", text)
