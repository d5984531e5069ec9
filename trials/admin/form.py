"""The form of a trial: the rules speak beside their fields."""

from common import dates
from common.rules import Level, Rule
from history.forms import TracedForm
from trials.choices import NEVER_TYPED
from trials.models import Trial
from trials.rule_checks import broken_by_its_surroundings, broken_by_itself


class TrialForm(TracedForm):
    """Errors refuse; what only asks or tells is kept in `told` for after the save.

    What does not go together with sites and contacts refuses only where the overall status itself is changed: the rest
    of a trial can be edited while its sites are being put right.
    """

    class Meta:
        model = Trial
        fields = "__all__"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.told: list[Rule] = []
        self._offer_only_typed_statuses()

    def _offer_only_typed_statuses(self) -> None:
        asked = self.fields.get("overall_status")
        if asked:
            present = self.instance.overall_status
            asked.choices = [(code, label) for code, label in asked.choices if code not in NEVER_TYPED - {present}]

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            self._ask_the_rules()

    def _ask_the_rules(self) -> None:
        today = dates.today()
        found = [(rule, rule.level is Level.ERROR) for rule in broken_by_itself(self.instance, on=today)]
        if self.instance.pk:
            is_touched = "overall_status" in self.changed_data
            around = broken_by_its_surroundings(self.instance, on=today)
            found += [(rule, is_touched and rule.level is Level.ERROR) for rule in around]
        for rule, refuses in found:
            if refuses:
                self.add_error(self._field_of(rule), rule.text)
            else:
                self.told.append(rule)

    def _field_of(self, rule: Rule) -> str | None:
        return next((name for name in rule.fields if name in self.fields), None)
