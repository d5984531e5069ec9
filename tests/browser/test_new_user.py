"""Adding a user in the admin: password fields are hidden for an invitation."""

import pytest

from tests.factories import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_password_fields_are_shown_only_without_an_invitation(open_page):
    a_user("administrator", is_superuser=True)
    page = open_page(username="administrator")
    page.goto("/admin/accounts/user/add/")
    fields = [page.locator(name) for name in (".field-usable_password", ".field-password1", ".field-password2")]
    assert [field.is_visible() for field in fields] == [False, False, False]
    page.uncheck("#id_invite")
    assert [field.is_visible() for field in fields] == [True, True, True]
    page.check("#id_invite")
    assert [field.is_visible() for field in fields] == [False, False, False]
