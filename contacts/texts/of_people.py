"""What is written about one person at another's entry, why people were erased, and the reasons of all changes."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from contacts.models import Erasure, Merge, Person, Role
from contacts.texts.kinds import Texts, may_name_people
from history.models import Context


def _day(moment) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


def _person_form(pk: int) -> str:
    return reverse("admin:contacts_person_change", args=[pk])


may_name_people(
    Texts(
        model=Role,
        fields=("affiliation",),
        where=lambda role: f"{role.person.title}: {role.duty}",
        mended_at=lambda role: "" if role.person.erased_at else _person_form(role.person_id),
        readable=lambda user: Role.objects.editable_by(user),
        related=("person",),
        is_blacked_out=False,
    ),
    Texts(
        model=Person,
        fields=("notes",),
        words="Notes about somebody else",
        where=lambda person: person.title,
        mended_at=lambda person: reverse("person_edit", args=[person.pk]),
        readable=lambda user: Person.objects.editable_by(user),
        of_people=("pk",),
    ),
    Texts(
        model=Merge,
        fields=("values_before", "values_chosen"),
        words="What a merge of entries remembers",
        where=lambda merge: _day(merge.merged_at),
        of_people=("kept", "merged"),
    ),
    Texts(
        model=Erasure,
        fields=("reason",),
        words="Reason of an erasure",
        where=lambda erasure: _day(erasure.erased_at),
    ),
    Texts(
        model=Context,
        fields=("metadata",),
        words="Reason in the history",
        where=lambda context: f"A change on {_day(context.created_at)}",
    ),
)
