"""Template tags of languages: links to the same page in the others, and names of countries in the reader's language."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template import Context
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from common.localized import country_name, language_tag

register = template.Library()
register.filter("country_name", country_name)


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The page in one language: its BCP 47 tag, its own name, and its absolute URL."""

    tag: str
    name: str
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def page_languages(context: Context) -> list[LanguageLink]:
    """The page in all languages; empty for a page in English only, and for an error page."""
    request = context.get("request")
    if request is None or request.resolver_match is None or "exception" in context:
        return []
    address, current = request.build_absolute_uri(), get_language()
    urls = {code: translate_url(address, code) for code, _ in settings.LANGUAGES}
    if len(set(urls.values())) == 1:
        return []
    names = dict(settings.LANGUAGES)
    return [LanguageLink(language_tag(code), names[code], url, code == current) for code, url in urls.items()]


@register.simple_tag
def page_language() -> str:
    """The language of the page, as the value of `lang`."""
    return language_tag(get_language())


@register.simple_tag
def record_lang() -> SafeString:
    """` lang="en"` for an element with text of the registry's record, on a page in another language."""
    return SafeString("") if get_language() == settings.LANGUAGE_CODE else SafeString(' lang="en"')


@register.filter
def record_text(text: str) -> SafeString | str:
    """Text of the record inside a translated sentence, marked with its language."""
    if not text or get_language() == settings.LANGUAGE_CODE:
        return text
    return format_html('<span lang="en">{}</span>', text)


@register.filter
def record_block(html: SafeString) -> SafeString:
    """Paragraphs of the record, marked with their language."""
    if not html or get_language() == settings.LANGUAGE_CODE:
        return html
    return format_html('<div lang="en">{}</div>', html)


@register.filter
def translated(text: str) -> str:
    """A text of a closed set, such as the label of a field, in the language of the page."""
    return gettext(text) if text else ""
