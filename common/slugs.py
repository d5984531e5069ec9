"""The slug of a name: a part of a public address that depends on nothing but the name. Pure.

Names that fold alike have the same slug and share a page (docs/decisions).
"""

from functools import lru_cache
from hashlib import blake2b

from django.utils.text import slugify

from common.degrees_and_job_titles import is_job_title
from common.person_names import parse_name
from common.text import fold

LONGEST = 80


@lru_cache(maxsize=65_536)
def name_slug(name: str) -> str:
    """The slug: folded, in lower case, words joined by hyphens; "" where a name has no letters or digits.

    A longer slug is cut and ends in a digest of the whole, so that two long names do not share a page by accident.
    """
    slug = slugify(fold(name).casefold(), allow_unicode=True)
    if len(slug) <= LONGEST:
        return slug
    digest = blake2b(slug.encode(), digest_size=4).hexdigest()
    return f"{slug[: LONGEST - 9].rstrip('-')}-{digest}"


def person_slug(name: str) -> str:
    """The slug of a full name without titles and degrees; "" for job titles, offices with numbers and single words."""
    parsed = parse_name(name)
    if not parsed.is_full or is_job_title(name) or any(map(str.isdigit, name)):
        return ""
    return name_slug(" ".join(parsed.words))
