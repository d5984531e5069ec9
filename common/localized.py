"""Names and dates in the language of the page, and a block that runs in the language of stored texts."""

from functools import cache

from babel import Locale
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, to_locale

from common.countries import canonical_country_name
from common.partial_dates.value import PartialDate

#: Registry names that CLDR spells in another way, by territory code.
_TERRITORIES = {
    "Bosnia and Herzegovina": "BA", "Cape Verde": "CV", "Congo": "CG", "Democratic Republic of the Congo": "CD",
    "Antigua and Barbuda": "AG", "Hong Kong": "HK", "Macau": "MO", "Myanmar": "MM",
    "Palestinian Territory, occupied": "PS",
    "Saint Barthélemy": "BL", "Saint Helena": "SH", "Saint Kitts and Nevis": "KN", "Saint Lucia": "LC",
    "Saint Martin": "MF", "Saint Pierre and Miquelon": "PM", "Saint Vincent and the Grenadines": "VC",
    "Sao Tome and Principe": "ST", "Svalbard and Jan Mayen": "SJ", "Trinidad and Tobago": "TT",
    "Turkey (Türkiye)": "TR", "Turks and Caicos Islands": "TC", "Wallis and Futuna": "WF",
}  # fmt: skip


def language_tag(code: str) -> str:
    """The BCP 47 tag of a language of Django: "zh-Hans" for "zh-hans"."""
    return to_locale(code).replace("_", "-")


def country_name(name: str) -> str:
    """A country of a record by its name in the language of the page (Unicode's CLDR); an unknown name as it is."""
    language = get_language()
    if not name or language in (None, settings.LANGUAGE_CODE):
        return name
    return _country_names(to_locale(language)).get(canonical_country_name(name), name)


@cache
def _country_names(locale: str) -> dict[str, str]:
    """Names of countries by the registry's, which are those of CLDR's English but for a few."""
    translated = Locale.parse(locale).territories
    codes = {canonical_country_name(name): code for code, name in Locale("en").territories.items() if len(code) == 2}
    return {name: translated[code] for name, code in (codes | _TERRITORIES).items() if name}


def format_partial_date(value: str) -> str:
    """`15 January 2026`, `January 2026` or `2026` in the language of the page."""
    known = PartialDate(value)
    if get_language() in (None, settings.LANGUAGE_CODE):
        return known.as_text()
    format_name = {"day": "DATE_FORMAT", "month": "YEAR_MONTH_FORMAT", "year": "YEAR_FORMAT"}[known.precision]
    return date_format(known.first_day, get_format(format_name))


def stored_language() -> translation.override:
    """A block in the language of stored texts, whoever's page runs it."""
    return translation.override(settings.LANGUAGE_CODE)
