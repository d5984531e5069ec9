"""Filling in a form of an HTML page with the values of a draft, and the labels of its fields without the page."""

import re
from functools import cache
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.apps import apps
from django.db.models import TextChoices

from accounts.drafts.models import DraftContent
from contacts import choices as contact_codes
from sites import choices as site_codes
from trials import choices as trial_codes

#: Labels of form fields that are not model columns.
_LABELS = {
    "to": "New status",
    "effective_on": "Effective date",
    "why": "Reason for change",
    "words": "Words",
    "numbers": "NCT numbers",
    "table": "Table",
    "sentence": "Question",
    "first_status": "Intermediate status 1",
    "first_since": "Intermediate status 1, effective date",
    "second_status": "Intermediate status 2",
    "second_since": "Intermediate status 2, effective date",
    "contact_name": "Contact: name or function",
    "contact_phone": "Contact: phone",
    "contact_email": "Contact: e-mail",
}
#: Fields that are not shown to users.
_TECHNICAL = frozenset(
    {
        "version",
        "seen",
        "id",
        "pk",
        "act",
        "show",
        "list",
        "page",
        "next",
        "accept",
        "accept_warnings",
        "send",
        "search",
    }
)
_MANAGEMENT_FIELD = re.compile(r"\A.+-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS\Z")
_CODES = {
    code: label
    for module in (contact_codes, site_codes, trial_codes)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, TextChoices)
    for code, label in kind.choices
}


def lines_of(content: DraftContent) -> list[tuple[str, str]]:
    """(label, value) of each field with a value, in the order of the form."""
    return [
        (_label_of(name), _value(text))
        for name, texts in content.fields.items()
        if not _is_technical(name)
        for text in texts
        if text.strip()
    ]


def _label_of(name: str) -> str:
    """The label of a field; a formset's field is looked up by the part after its number."""
    field_name = name.rpartition("-")[2]
    label = _LABELS.get(field_name) or _column_labels().get(field_name) or field_name.strip("_").replace("_", " ")
    return label[:1].upper() + label[1:]


def _is_technical(name: str) -> bool:
    field_name = name.rpartition("-")[2]
    return name.startswith("_") or field_name in _TECHNICAL or bool(_MANAGEMENT_FIELD.match(name))


def _value(text: str) -> str:
    return "Yes" if text == "on" else str(_CODES.get(text, text))


@cache
def _column_labels() -> dict[str, str]:
    """{column: verbose name} of all models; the first model with the column counts."""
    labels: dict[str, str] = {}
    for label in ("trials", "sites", "contacts", "accounts"):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                labels.setdefault(field.name, str(field.verbose_name))
    return labels


_PLAIN = frozenset({"submit", "button", "image", "reset", "file"})
_CHECKABLE = frozenset({"checkbox", "radio"})


class _Forms(HTMLParser):
    """The forms of a page: (path, or None unless method is POST; id; names of the controls)."""

    def __init__(self, page: str):
        super().__init__()
        self.page, self.inside, self.forms = page, None, []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            address = urlsplit(urljoin(self.page, attributes.get("action") or self.page)).path
            is_post = (attributes.get("method") or "").lower() == "post"
            self.inside = len(self.forms)
            self.forms.append((address if is_post else None, attributes.get("id"), set()))
        elif attributes.get("name"):
            number = self._form_number(attributes)
            if number is not None:
                self.forms[number][2].add(attributes["name"])

    def _form_number(self, attributes: dict) -> int | None:
        if "form" in attributes:
            return next((number for number, form in enumerate(self.forms) if form[1] == attributes["form"]), None)
        return self.inside

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = None


def find_form(html: str, content: DraftContent) -> int | None:
    """The index of the draft's form: of the forms with its URL, the one with most of its fields; None without one."""
    forms = _Forms(content.page)
    forms.feed(html)
    path = urlsplit(content.address).path
    candidates = [
        (len(form[2] & content.fields.keys()), -number) for number, form in enumerate(forms.forms) if form[0] == path
    ]
    return -max(candidates)[1] if candidates else None


class _FormFiller(HTMLParser):
    """Copies a page to `out`, with the draft's values in its form."""

    def __init__(self, number: int, content: DraftContent, draft: int):
        super().__init__(convert_charrefs=False)
        self.number, self.content, self.draft = number, content, draft
        self.remaining = {name: list(texts) for name, texts in content.fields.items()}
        self.out: list[str] = []
        self.count, self.is_inside, self.form_id, self.named = -1, False, None, set()
        self.select = None
        self.is_dropping = False

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.count += 1
            self.is_inside = self.count == self.number
            self.form_id = attributes.get("id") if self.is_inside else self.form_id
        name = attributes.get("name")
        is_in_form = self.is_inside if "form" not in attributes else self.form_id and attributes["form"] == self.form_id
        if tag == "option" and self.select:
            self.out.append(self._option(attributes))
        elif is_in_form and name and tag in ("input", "select", "textarea", "button"):
            self._control(tag, name, attributes)
        else:
            self.out.append(self.get_starttag_text())

    handle_startendtag = handle_starttag

    def _control(self, tag: str, name: str, attributes: dict) -> None:
        self.named.add(name)
        kind = (attributes.get("type") or "text").lower()
        texts = self.content.fields.get(name)
        if tag == "select":
            self.select = name if texts is not None else None
        if tag == "input" and kind == "file" and any(file.field == name for file in self.content.files):
            attributes.pop("required", None)
        elif tag == "input" and kind in _CHECKABLE and not self._is_excluded(name):
            attributes.pop("checked", None)
            if (attributes.get("value") or "on") in (texts or ()):
                attributes["checked"] = None
        elif tag == "input" and kind not in _PLAIN | _CHECKABLE and texts is not None:
            attributes["value"] = self._next(name)
        names = [file.name for file in self.content.files if file.field == name] if kind == "file" else []
        if names:
            note = f"draft-{self.draft}-{name}"
            attributes["aria-describedby"] = f"{attributes.get('aria-describedby') or ''} {note}".strip()
        self.out.append(_tag(tag, attributes))
        if names:
            self.out.append(f'<p class="small" id="{escape(note)}">{_draft_files_note(names)}</p>')
        if tag == "textarea" and texts is not None:
            self.out.append("\n" + escape(self._next(name), quote=False))
            self.is_dropping = True

    def _next(self, name: str) -> str:
        remaining = self.remaining.get(name)
        return remaining.pop(0) if remaining else ""

    def _is_excluded(self, name: str) -> bool:
        return "password" in name

    def _option(self, attributes: dict) -> str:
        attributes.pop("selected", None)
        if (attributes.get("value") or "") in self.content.fields[self.select]:
            attributes["selected"] = None
        return _tag("option", attributes)

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.is_dropping = False
        if tag == "select":
            self.select = None
        if tag == "form" and self.is_inside:
            self.out += self._rest()
            self.is_inside = False
        self.out.append(f"</{tag}>")

    def _rest(self):
        """Fields without a control on the page, such as rows that a script had added."""
        yield f'<input type="hidden" name="_draft" value="{self.draft}">'
        others = {name: texts for name, texts in self.content.fields.items() if name not in self.named}
        if others:
            yield '<fieldset class="sheet"><legend>Other entries</legend>'
            for name, texts in others.items():
                for text in texts:
                    yield f'<p><label>{escape(_label_of(name))} <textarea name="{escape(name)}" rows="1">\n'
                    yield f"{escape(text, quote=False)}</textarea></label></p>"
            yield "</fieldset>"

    def handle_data(self, text):
        self._append(text)

    def handle_entityref(self, name):
        self._append(f"&{name};")

    def handle_charref(self, name):
        self._append(f"&#{name};")

    def _append(self, text: str) -> None:
        if not self.is_dropping:
            self.out.append(text)

    def handle_comment(self, text):
        self.out.append(f"<!--{text}-->")

    def handle_decl(self, text):
        self.out.append(f"<!{text}>")

    def handle_pi(self, text):
        self.out.append(f"<?{text}>")


def _draft_files_note(names: list[str]) -> str:
    """The note beside a file field, which a page cannot fill in: DraftMiddleware adds these files to the request."""
    files = escape(", ".join(names))
    return f"Stored file: <b>{files}</b>. It is sent with this form unless you choose another file."


def _tag(tag: str, attrs: dict) -> str:
    attributes = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs.items())
    return f"<{tag}{attributes}>"


def fill_in_form(html: str, content: DraftContent, draft: int) -> str | None:
    """The page with the draft's form filled in; None when the page has no such form."""
    number = find_form(html, content)
    if number is None:
        return None
    filler = _FormFiller(number, content, draft)
    filler.feed(html)
    filler.close()
    return "".join(filler.out)
