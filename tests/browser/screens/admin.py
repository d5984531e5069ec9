"""Screens of the admin: lists, forms, edit conflicts, audit trail, imports, API keys and second factors."""

import json

from django.contrib.admin.sites import site as admin_site
from django.contrib.auth import get_user_model

from accounts.models import Partner
from registries.ctgov.export import export_records
from sites.models import TrialSite
from tests.accounts.login_helpers import add_authenticator
from tests.browser.screens.stage import at, change_as_other_user, follow
from trials.models import Trial

FOLDERS = ["admin"]
ELSEWHERE: dict[str, str] = {}
ADMIN = "administrator"


def address(model, place: str = "") -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/{place}"


def a_form(model):
    def screen(stage):
        row = model._default_manager.order_by("pk").first()
        return stage.go(address(model, f"{row.pk}/change/"), ADMIN)

    return screen


def form_with_errors(stage):
    page = stage.go(address(Trial, f"{Trial.objects.get(nct_id='NCT00000001').pk}/change/"), ADMIN)
    page.fill("[name=start_on]", "some day in spring")
    return follow(page, page.locator("[name=_save]").first)


def form_of_stale(stage):
    site = TrialSite.objects.filter(trial__nct_id="NCT00000001").first()
    page = stage.go(address(TrialSite, f"{site.pk}/change/"), ADMIN)
    change_as_other_user(site, internal_note="Theirs: called this morning.")
    page.fill("[name=internal_note]", "Mine: wrote to them.")
    return follow(page, page.locator("[name=_save]").first)


def trail(model):
    def screen(stage):
        return stage.go(address(model, f"{model._default_manager.order_by('pk').first().pk}/history/"), ADMIN)

    return screen


def of_a_site(path: str):
    def screen(stage):
        site = TrialSite.objects.filter(trial__nct_id="NCT00000001", status="RECRUITING").first()
        return stage.go(address(TrialSite, f"{site.pk}/{path}"), ADMIN)

    return screen


def uploaded(stage):
    [record] = export_records(Trial.objects.filter(nct_id="NCT00000001"))
    record["protocolSection"]["identificationModule"]["briefTitle"] = "Another title of the registry's"
    return upload(stage, json.dumps(record, default=str).encode())


def uploaded_invalid_record(stage):
    return upload(stage, b'{"protocolSection": {"identificationModule": {"nctId": "NCT0"}}}')


def upload(stage, content: bytes):
    page = stage.go("/admin/registries/importrun/upload/", ADMIN)
    page.set_input_files("input[type=file]", {"name": "study.json", "mimeType": "application/json", "buffer": content})
    return follow(page, page.locator("main [type=submit]").first)


def applied(stage):
    page = uploaded(stage)
    return follow(page, page.locator("main [type=submit][value=Apply]"))


def a_key(stage):
    page = stage.go(address(Partner, f"{Partner.objects.first().pk}/change/"), ADMIN)
    form = page.locator("form", has=page.get_by_role("button", name="Create API key"))
    form.locator("[name=why]").fill("Contract of May")
    return follow(page, form.get_by_role("button", name="Create API key"))


def password_refused(stage):
    page = of_a_user(stage, "password/")
    page.fill("[name=password1]", "short")
    page.fill("[name=password2]", "shorter")
    return follow(page, page.locator("[name=set-password]"))


def second_factors_removed(stage):
    add_authenticator(get_user_model().objects.get(username="manager"))
    page = stage.go("/admin/accounts/user/", ADMIN)
    page.locator("tr", has_text="manager").locator("[name=_selected_action]").first.check()
    page.select_option("[name=action]", index=1)
    return follow(page, page.locator("button[name=index]"))


def assigned_sites(stage):
    page = of_a_user(stage, "sites/")
    page.fill("[name=pasted]", "\n".join(str(site.pk) for site in TrialSite.objects.order_by("pk")[:5]))
    return follow(page, page.get_by_role("button", name="Preview changes"))


def handed_over(stage):
    return of_a_user(stage, "handover/")


def password(stage):
    return of_a_user(stage, "password/")


def of_a_user(stage, path: str):
    user = get_user_model().objects.get(username="coordinator")
    return stage.go(f"/admin/accounts/user/{user.pk}/{path}", ADMIN)


def _every_model() -> dict:
    screens = {}
    for model in admin_site._registry:
        name = model._meta.model_name
        screens[f"list-{name}"] = at(address(model), ADMIN)
        if model._meta.app_label in ("accounts", "contacts", "sites", "trials"):
            screens[f"form-{name}"] = a_form(model)
            screens[f"trail-{name}"] = trail(model)
    return screens


SCREENS = {
    "index": at("/admin/", ADMIN),
    "index-coordinator": at("/admin/", "coordinator"),
    "app-index": at("/admin/accounts/", ADMIN),
    "add-site": at("/admin/sites/trialsite/add/", ADMIN),
    "add-user": at("/admin/accounts/user/add/", ADMIN),
    "add-trial": at("/admin/trials/trial/add/", ADMIN),
    "form-with-errors": form_with_errors,
    "form-of-stale": form_of_stale,
    "status": of_a_site("status/"),
    "upload": at("/admin/registries/importrun/upload/", ADMIN),
    "uploaded": uploaded,
    "uploaded-invalid-record": uploaded_invalid_record,
    "applied": applied,
    "key": a_key,
    "password": password,
    "password-refused": password_refused,
    "remove-second-factors": second_factors_removed,
    "assign-sites": assigned_sites,
    "hand-over": handed_over,
} | _every_model()
