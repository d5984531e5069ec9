"""Admin form of a trial, with rule violations as field errors."""

from common import dates
from common.rules import Level, Rule
from history.forms import AuditedModelForm
from trials.choices import NON_SELECTABLE_STATUSES
from trials.models import Trial
from trials.rule_checks import own_violations, related_violations


class TrialForm(AuditedModelForm):
    """Rules of level ERROR reject the form; other violations are kept in `non_blocking_rules` for after the save.

    A violation that involves sites or contacts rejects the form only when the overall status changes: the rest of a
    trial can be edited while its sites are being corrected.
    """

    class Meta:
        model = Trial
        fields = "__all__"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.non_blocking_rules: list[Rule] = []
        self._limit_status_choices()

    def _limit_status_choices(self) -> None:
        status_field = self.fields.get("overall_status")
        if status_field:
            present = self.instance.overall_status
            status_field.choices = [
                (code, label) for code, label in status_field.choices if code not in NON_SELECTABLE_STATUSES - {present}
            ]

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            self._check_rules()

    def _check_rules(self) -> None:
        today = dates.today()
        results = [(rule, rule.level is Level.ERROR) for rule in own_violations(self.instance, on=today)]
        if self.instance.pk:
            is_status_changed = "overall_status" in self.changed_data
            related = related_violations(self.instance, on=today)
            results += [(rule, is_status_changed and rule.level is Level.ERROR) for rule in related]
        for rule, is_blocking in results:
            if is_blocking:
                self.add_error(self._field_of(rule), rule.text)
            else:
                self.non_blocking_rules.append(rule)

    def _field_of(self, rule: Rule) -> str | None:
        return next((name for name in rule.fields if name in self.fields), None)
