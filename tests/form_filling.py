"""Fills in a page's form as a browser would."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, form_id: str):
        super().__init__()
        self.form_id, self.inside, self.sent = form_id, False, []
        self.select, self.textarea, self.option = None, None, None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.inside = attributes.get("id") == self.form_id
        if not self.inside or "disabled" in attributes:
            return
        name, kind = attributes.get("name"), attributes.get("type", "text")
        if tag == "input" and name and kind not in {"submit", "button", "image", "file"}:
            if kind not in {"checkbox", "radio"} or "checked" in attributes:
                self.sent.append((name, attributes.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option" and self.select:
            self.options.append((attributes.get("value", ""), "selected" in attributes))
        elif tag == "textarea":
            self.textarea, self.text = name, []

    def handle_data(self, data):
        if self.textarea:
            self.text.append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.textarea:
            text = "".join(self.text).removeprefix("\n")
            self.sent.append((self.textarea, text.replace("\r\n", "\n").replace("\n", "\r\n")))
            self.textarea = None
        elif tag == "select" and self.select:
            chosen = [value for value, is_selected in self.options if is_selected]
            self.sent += [(self.select, value) for value in chosen or [value for value, _ in self.options[:1]]]
            self.select = None


def form_of(response, form_id: str, **changes) -> dict[str, list[str]]:
    """What the browser sends for the form with that id, with `changes` typed in (lists tick several)."""
    form = _Form(form_id)
    form.feed(response.content.decode())
    assert form.sent, f"No form {form_id} in the page."
    sent: dict[str, list[str]] = {}
    for name, value in form.sent:
        sent.setdefault(name, []).append(value)
    return sent | {name: value if isinstance(value, list) else [value] for name, value in changes.items()}
