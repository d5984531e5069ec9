"""What the rules find wrong with somebody's trials, sites and contacts, asked now."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse

from contacts.models import Role
from contacts.rules import CONTACT_RULES, Contact
from sites.rules import OVERALL_RULES
from trials.judging import broken_by_itself, broken_by_their_surroundings
from trials.models import Trial
from trials.rule import Level, Rule, broken
from trials.status_looks import NOT_PUBLISHED
from trials.words import code_in_words
from work.advice import Advice, advice_on
from work.items import Item, Kind
from work.scope import sites_of, trials_of

ADVISED = frozenset(rule.id for rule in OVERALL_RULES)


def findings_of(user, *, today: date) -> Iterator[Item]:
    """Errors only, each with where it is mended; seven queries, however many trials."""
    trials = list(trials_of(user))
    yield from _of_trials(trials, today)
    yield from (_advised(advice, today) for advice in advice_on(trials, on=today))
    yield from _of_contacts(user, today)


def _of_trials(trials: Sequence[Trial], today: date) -> Iterator[Item]:
    around = broken_by_their_surroundings(trials, on=today)
    for trial in trials:
        for rule in _errors([*broken_by_itself(trial, on=today), *around[trial.pk]]):
            if rule.id not in ADVISED:
                url = _page_of(trial)
                yield Item(Kind.INVALID, trial, rule.text, rule.source, today, url=url, act="Mend it", for_staff=True)


def _advised(advice: Advice, today: date) -> Item:
    kind = Kind.OVERDUE if advice.due_on < today else Kind.INVALID
    now = code_in_words(advice.trial.overall_status, "OverallStatus") or NOT_PUBLISHED
    then = code_in_words(advice.status, "OverallStatus")
    what = f"Overall status: {now} → {then}" if then else f"Overall status: {now} no longer fits its sites"
    rule = " ".join(rule.text for rule in advice.rules)
    url = reverse("work_overall", args=[advice.trial.key])
    return Item(kind, advice.trial, what, rule, advice.due_on, url=url, act="Decide")


def _of_contacts(user, today: date) -> Iterator[Item]:
    mine = Q(trial__in=trials_of(user).values("pk")) | Q(trial_site__in=sites_of(user).order_by().values("pk"))
    roles = Role.objects.editable_by(user).filter(mine, person__erased_at__isnull=True).held_on(today)
    for role in roles.select_related("person", "trial", "trial_site__trial").order_by("pk"):
        person = role.person
        contact = Contact(role.kind, role.role, person.name, person.phone, person.email)
        for rule in _errors(broken(CONTACT_RULES, contact, on=today)):
            page = reverse("admin:contacts_person_change", args=[person.pk])
            trial = role.trial or role.trial_site.trial
            what = f"{person.title}: {rule.text}"
            yield Item(Kind.INVALID, trial, what, rule.source, today, url=page, act="Mend it", for_staff=True)


def _errors(rules: Iterable[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.level is Level.ERROR]


def _page_of(trial: Trial) -> str:
    return reverse("admin:trials_trial_change", args=[trial.pk])
