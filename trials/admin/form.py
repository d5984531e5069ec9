"""The form of a trial: the rules speak beside their fields."""

from common import dates
from common.rules import Level, Rule
from history.forms import AuditedModelForm
from trials.choices import NON_SELECTABLE_STATUSES
from trials.models import Trial
from trials.rule_checks import own_violations, related_violations


class TrialForm(AuditedModelForm):
    """Errors refuse; what only asks or tells is kept in `told` for after the save.

    What does not go together with sites and contacts refuses only where the overall status itself is changed: the rest
    of a trial can be edited while its sites are being put right.
    """

    class Meta:
        model = Trial
        fields = "__all__"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.non_blocking_rules: list[Rule] = []
        self._limit_status_choices()

    def _limit_status_choices(self) -> None:
        asked = self.fields.get("overall_status")
        if asked:
            present = self.instance.overall_status
            asked.choices = [
                (code, label) for code, label in asked.choices if code not in NON_SELECTABLE_STATUSES - {present}
            ]

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            self._check_rules()

    def _check_rules(self) -> None:
        today = dates.today()
        found = [(rule, rule.level is Level.ERROR) for rule in own_violations(self.instance, on=today)]
        if self.instance.pk:
            is_touched = "overall_status" in self.changed_data
            around = related_violations(self.instance, on=today)
            found += [(rule, is_touched and rule.level is Level.ERROR) for rule in around]
        for rule, refuses in found:
            if refuses:
                self.add_error(self._field_of(rule), rule.text)
            else:
                self.non_blocking_rules.append(rule)

    def _field_of(self, rule: Rule) -> str | None:
        return next((name for name in rule.fields if name in self.fields), None)
