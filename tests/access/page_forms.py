"""The forms of a page with the values that a browser would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

UNSENT = frozenset({"submit", "button", "image", "reset"})


@dataclass
class PageForm:
    """`texts` are the visible fields, `hidden` the hidden ones, `files` the file fields."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)

    @property
    def typed(self) -> list[str]:
        """The names of all fields but the hidden ones, in the order of the page."""
        return [name for name in dict.fromkeys([*self.fields, *self.texts]) if name not in self.hidden]


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.select = self.textarea = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.form = PageForm(attributes.get("action") or "", (attributes.get("method") or "get").lower())
            self.forms.append(self.form)
        name = attributes.get("name")
        if self.form is None or "disabled" in attributes:
            return
        if tag == "option" and self.select:
            self.options.append((attributes.get("value") or "", "selected" in attributes))
        elif name and tag == "select":
            self.select, self.options = name, []
            self.form.texts.append(name)
        elif name and tag == "textarea":
            self.textarea, self.text = name, []
            self.form.texts.append(name)
        elif name and tag in ("input", "button"):
            self._input(name, attributes, attributes.get("type") or ("text" if tag == "input" else "submit"))

    def _input(self, name: str, attributes: dict, kind: str) -> None:
        value = attributes.get("value")
        if kind == "file":
            self.form.files.append(name)
        elif kind in UNSENT:
            self.form.buttons.append((name, value or ""))
        elif kind in ("checkbox", "radio"):
            self.form.texts.append(name)
            if "checked" in attributes:
                self.form.add(name, "on" if value is None else value)
        else:
            (self.form.hidden if kind == "hidden" else self.form.texts).append(name)
            self.form.add(name, value or "")

    def handle_data(self, data):
        if self.textarea:
            self.text.append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.textarea:
            self.form.add(self.textarea, "".join(self.text).removeprefix("\n"))
            self.textarea = None
        elif tag == "select" and self.select:
            chosen = [value for value, is_selected in self.options if is_selected]
            for value in chosen or [value for value, _ in self.options[:1]]:
                self.form.add(self.select, value)
            self.select = None


def post_forms(html: str) -> list[PageForm]:
    reader = _Reader()
    reader.feed(html)
    return [form for form in reader.forms if form.method == "post"]
