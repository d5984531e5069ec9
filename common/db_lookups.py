"""Lookups that compare columns without regard to case, accents and punctuation.

`name__plain__contains="st etienne"` finds "Saint-Étienne" through a trigram index on `plain_text(name)`.
"""

from django.db.models import CharField, TextField, Transform

from common.contact_details import COMPARED_DIGITS
from common.text import LETTERS, SEPARATORS

#: Accents and format characters: blocks of combining marks, soft hyphen, zero widths, directions, byte order mark.
INVISIBLE = (
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u1ab0-\u1abd\u1dc0-\u1dff"
    "\u20d0-\u20dc\u3099\u309a\ufe20-\ufe2f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)


@CharField.register_lookup
@TextField.register_lookup
class PlainText(Transform):
    """The column normalized like `common.text.search_key`."""

    lookup_name = "plain"
    function = "plain_text"


@TextField.register_lookup
class PhoneEnding(Transform):
    """The last digits of a telephone number, as in `common.contact_details.last_digits`."""

    lookup_name = "ending"
    template = rf"RIGHT(REGEXP_REPLACE(%(expressions)s, '\D', '', 'g'), {COMPARED_DIGITS})"
    output_field = TextField()


def plain_text_sql() -> str:
    """SQL of the function `plain_text`, built from the tables of `common.text`. For migrations.

    A change of the tables needs a migration that replaces the function and rebuilds the indexes on it.
    """
    one = {chr(letter): plain for letter, plain in LETTERS.items() if len(plain) == 1}
    several = {chr(letter): plain for letter, plain in LETTERS.items() if len(plain) > 1}

    def in_plain_letters(text: str) -> str:
        for letter, plain in several.items():
            text = f"replace({text}, {_text(letter)}, {_text(plain)})"
        return f"translate({text}, {_text(''.join(one))}, {_text(''.join(one.values()))})"

    text = in_plain_letters(f"normalize({in_plain_letters('value')}, NFKD)")
    text = f"regexp_replace({text}, {_text(INVISIBLE)}, '', 'g')"
    text = f"lower(CASE WHEN octet_length(value) = char_length(value) THEN value ELSE {text} END)"
    text = f"btrim(regexp_replace({text}, {_text(SEPARATORS)}, ' ', 'g'))"
    return (
        "CREATE OR REPLACE FUNCTION plain_text(value text) RETURNS text "
        f"LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN {text}"
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
