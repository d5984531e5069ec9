"""A page with every UI component in every state, for tests and screenshots."""

from pathlib import Path

from django import forms
from django.contrib.messages import INFO, Message
from django.template import Context, Template

from trials.choices import OverallStatus

TEXT = """Inclusion Criteria:

* Surgery for stage \\[II\\] or \\[III\\] colon cancer
  * in the last 8 weeks
  * with an ECOG status of \\<2
* Age \\> 18 years

Exclusion Criteria:

1. Earlier treatment with a kinase inhibitor
2. Another cancer within five years"""
PLACES = ["Bristol, United Kingdom", "Lyon, France", "Leipzig, Germany"]
LONG_NAME = "Universitätsklinikum und Forschungszentrum für Innere Medizin Nordwest, Klinik für Hämatologie"


class SearchForm(forms.Form):
    words = forms.CharField(label="Condition, drug, hospital or NCT number", help_text="Plain words will do.")
    phase = forms.ChoiceField(label="Phase", choices=[("PHASE1", "Phase 1")], required=False)
    open_sites = forms.BooleanField(label="A site is recruiting", required=False)
    kinds = forms.MultipleChoiceField(
        label="Kinds", choices=[("a", "Drug"), ("b", "Device")], widget=forms.CheckboxSelectMultiple, required=False
    )


def gallery(**context: object) -> str:
    """The page as HTML; `context` adds to it or replaces parts of it."""
    codes = [*OverallStatus.values, ""]
    days = [0, 1, 30, 41, 118, 240, 900, None]
    rows = [
        {"name": LONG_NAME if n == 1 else f"Hospital {n}", "place": PLACES[n % 3], "code": code, "days": days[n % 8]}
        for n, code in enumerate(codes)
    ]
    form = SearchForm({"words": ""})
    page = Template((Path(__file__).parent / "gallery.html").read_text())
    return page.render(
        Context(
            {
                "codes": codes,
                "rows": rows,
                "text": TEXT,
                "description": "See https://example.org/a(b)c. It is \\*bold\\*.\n\n1. one\n2. two\n   * deep",
                "phases": ["PHASE2", "PHASE3"],
                "groups": ["ADULT", "OLDER_ADULT"],
                "masked": ["PARTICIPANT", "CARE_PROVIDER"],
                "flag": None,
                "reason": "   ",
                "form": form,
                "messages": [Message(INFO, "Saved. Nothing else changed.")],
                **context,
            }
        )
    )
