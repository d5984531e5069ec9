"""The texts of trials: published, so mended by hand at the trial's form."""

from django.db.models import TextField
from django.urls import reverse
from django.utils.text import capfirst

from contacts.texts.kinds import Texts, may_name_people
from trials.models import Trial
from trials.models.parts import Part


def _texts_of(model) -> tuple[str, ...]:
    """Its columns of free text, and of lists of it."""
    fields = ((field.name, getattr(field, "base_field", field)) for field in model._meta.local_fields)
    return tuple(name for name, field in fields if isinstance(field, TextField))


def _form(trial_id: int) -> str:
    return reverse("admin:trials_trial_change", args=[trial_id])


def _part(model: type[Part]) -> Texts:
    return Texts(
        model=model,
        fields=_texts_of(model),
        words=capfirst(model._meta.verbose_name),
        where=lambda part: str(part.trial),
        mended_at=lambda part: _form(part.trial_id),
        readable=lambda user: model._base_manager.filter(trial__in=Trial.objects.editable_by(user)),
        related=("trial",),
        is_blacked_out=False,
        trial="trial",
    )


may_name_people(
    Texts(
        model=Trial,
        fields=_texts_of(Trial),
        where=str,
        mended_at=lambda trial: _form(trial.pk),
        readable=lambda user: Trial.objects.editable_by(user),
        is_blacked_out=False,
        trial="pk",
    ),
    *map(_part, Part.__subclasses__()),
)
