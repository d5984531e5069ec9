"""Numbers in forms are ASCII digits; other spellings that Python accepts are errors."""

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django_filters import FilterSet
from django_filters.filters import NumberFilter

from common.form_fields import StrictFloatField, StrictIntegerField, VersionField
from config.urls import urlpatterns
from history.forms import AuditedInlineForm, AuditedModelForm
from sites.models import Facility, TrialSite
from tests.factories import a_facility, a_site, a_trial, a_user
from tests.form_filling import form_of
from tests.pages.html_reader import text_of
from tests.work.my_work_fixtures import a_recruiting_trial, make_coordinator
from trials.models import Trial
from work.models import Proposal

OTHER_SPELLINGS = ["５", "٥", "1_000", "+5", "²", "1e", "0x10", "5 0", "5."]
NOT_WHOLE = "Enter a whole number."


@pytest.mark.parametrize("typed", [*OTHER_SPELLINGS, "5.0", "1e3", "--5", "5\x00"])
def test_another_spelling_is_no_whole_number(typed):
    with pytest.raises(ValidationError, match=NOT_WHOLE):
        StrictIntegerField().clean(typed)


@pytest.mark.parametrize("typed", [*OTHER_SPELLINGS, "nan", "inf", "1__0", "1,5", "1e999"])
def test_another_spelling_is_no_number(typed):
    with pytest.raises(ValidationError, match="Enter a number"):
        StrictFloatField().clean(typed)


WHOLE = [("5", 5), (" 5 ", 5), ("-5", -5), ("007", 7), (5, 5), ("", None), (" ", None)]


@pytest.mark.parametrize(("typed", "read"), WHOLE)
def test_digits_are_read_and_blanks_around_them_ignored(typed, read):
    assert StrictIntegerField(required=False).clean(typed) == read


@pytest.mark.parametrize(("typed", "read"), [("5", 5.0), (" 5.25 ", 5.25), ("-5", -5.0), ("1e3", 1000.0), (" ", None)])
def test_a_decimal_number_is_read(typed, read):
    assert StrictFloatField(required=False).clean(typed) == read


@pytest.mark.parametrize("typed", ["", "５", "1_0"])
def test_an_invalid_version_asks_to_reload_the_page(typed):
    with pytest.raises(ValidationError, match="Reload the page"):
        VersionField().clean(typed)


def all_below(base: type) -> set[type]:
    return {subclass for below in base.__subclasses__() for subclass in (below, *all_below(below))}


def is_ours(class_: type) -> bool:
    return class_.__module__.partition(".")[0] in OURS


OURS = {"accounts", "api", "common", "contacts", "history", "publishing", "registries", "sites", "trials", "work"}
LOOSE = (forms.IntegerField, forms.FloatField, forms.DecimalField)
STRICT = (StrictIntegerField, StrictFloatField)


def loose(fields: dict, where: str) -> list[str]:
    return [f"{where}.{name}" for name, one in fields.items() if isinstance(one, LOOSE) and not isinstance(one, STRICT)]


def test_every_number_of_every_form_is_strict():
    """The admin creates the fields of its forms itself."""
    assert urlpatterns, "all views, and so all forms, are loaded"
    ours = [
        form
        for form in all_below(forms.BaseForm)
        if is_ours(form) and not issubclass(form, (AuditedModelForm, AuditedInlineForm))
    ]
    assert len(ours) > 20
    assert not [text for form in ours for text in loose(getattr(form, "base_fields", {}), form.__qualname__)]


def test_every_number_of_every_filter_is_strict():
    ours = [one for one in all_below(FilterSet) if is_ours(one)]
    filters = [(one, name) for one in ours for name, it in one.base_filters.items() if isinstance(it, NumberFilter)]
    assert filters
    assert not [text for one, name in filters for text in loose({name: one.base_filters[name].field}, one.__name__)]


@pytest.mark.django_db
def test_every_number_of_every_page_of_the_admin_is_strict():
    request = RequestFactory().get("/admin/")
    request.user = a_user("admin", is_superuser=True)
    fields, checked = [], 0
    for model, page in admin.site._registry.items():
        forms_of_page = [page.get_form(request, None, change=False)] if page.has_add_permission(request) else []
        forms_of_page += [part.get_formset(request).form for part in page.get_inline_instances(request)]
        for form in forms_of_page:
            checked += sum(isinstance(one, STRICT) for one in form.base_fields.values())
            fields += loose(form.base_fields, model.__name__)
    assert not fields
    assert checked >= 4, "latitude, longitude, targets"


@pytest.mark.django_db
class TestPages:
    """Each page that takes a number: an error in words, and nothing saved."""

    @pytest.fixture
    def trial(self, client):
        trial = a_recruiting_trial(1)
        client.force_login(make_coordinator(trial=trial))
        return trial

    @pytest.mark.parametrize("typed", ["５", "1_000", "+5"])
    def test_the_target_of_a_new_site(self, client, trial, typed):
        place = {"facility": "new", "name": "Klinikum", "city": "Leipzig", "country": "Germany"}
        page = client.post(f"/work/trials/{trial.key}/new-site/", place | {"enrollment_target": typed})
        assert NOT_WHOLE in text_of(page)
        assert not TrialSite.objects.exists()

    @pytest.mark.parametrize("typed", ["５", "1_000", "+5"])
    def test_the_enrollment_of_a_trial(self, client, trial, typed):
        sent = {"overall_status": "COMPLETED", "version": trial.version, "enrollment_count": typed}
        page = client.post(f"/work/trials/{trial.key}/overall/", sent)
        assert NOT_WHOLE in text_of(page)
        assert Trial.objects.get().overall_status == "RECRUITING"

    @pytest.mark.parametrize("what", ["target", "version"])
    @pytest.mark.parametrize("spelling", ["５", "{0}_0", "+{0}"])
    def test_a_proposed_target(self, client, what, spelling):
        site = a_site(a_recruiting_trial(1))
        client.force_login(make_coordinator(site))
        sent = {"target": "5", "why": "More beds", "version": str(site.version)}
        sent[what] = spelling.format(sent[what])
        page = client.post(f"/work/sites/{site.pk}/propose/target/", sent)
        assert page.status_code == (200 if what == "target" else 409)
        assert (NOT_WHOLE in text_of(page)) == (what == "target")
        assert not Proposal.objects.exists()

    @pytest.mark.parametrize("spelling", ["+{}", "{}_0", "１", ""])
    def test_a_version_of_a_verification(self, client, trial, spelling):
        typed = spelling.format(trial.version)
        sent = {"verified_on": "2026-01", "reason": "Yearly", "version": typed}
        assert client.post(f"/work/trials/{trial.key}/verification/", sent).status_code == 409
        assert not Trial.objects.get().verified_on

    @pytest.mark.parametrize("typed", ["５", "1_000", "+5"])
    @pytest.mark.parametrize("name", ["latitude", "longitude"])
    def test_a_place_in_the_admin(self, client, name, typed):
        client.force_login(a_user("admin", is_superuser=True))
        address = f"/admin/sites/facility/{a_facility().pk}/change/"
        page = client.post(address, form_of(client.get(address), "facility_form", **{name: typed}))
        assert "Enter a number." in text_of(page)
        assert Facility.objects.filter(latitude=None, longitude=None).exists()

    @pytest.mark.parametrize("typed", ["５", "1_000", "+5"])
    def test_a_target_in_the_admin(self, client, typed):
        client.force_login(a_user("admin", is_superuser=True))
        site = a_site(a_trial(2))
        address = f"/admin/sites/trialsite/{site.pk}/change/"
        page = client.post(address, form_of(client.get(address), "trialsite_form", enrollment_target=typed))
        assert NOT_WHOLE in text_of(page)
        assert TrialSite.objects.get(pk=site.pk).enrollment_target is None

    @pytest.mark.parametrize("typed", ["５", "1_0", "+1"])
    def test_the_page_and_the_site_in_an_address(self, client, trial, typed):
        assert client.get("/work/", {"page": typed}).status_code == 400
        assert client.get(f"/work/trials/{trial.key}/", {"site": typed}).status_code == 400
