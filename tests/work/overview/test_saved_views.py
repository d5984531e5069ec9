"""Saved views: kept under a name, opened by their address, renamed and deleted by their owner only."""

import pytest

from history.trail import trail_of
from tests.factories import a_manager, a_user, make
from tests.pages.html_reader import read, text_of
from work.models import SavedView
from work.models.saved_views import MAX_SAVED_VIEWS
from work.overview.saved_views import TOO_MANY

pytestmark = pytest.mark.django_db
SAVE = "/overview/views/"


@pytest.fixture
def manager(client):
    user = a_manager()
    client.force_login(user)
    return user


def save(client, name: str = "What is late", query: str = "late=any&page=3&format=csv", page: str = "overview"):
    return client.post(SAVE, {"name": name, "query": query, "viewed_page": page}, follow=True)


def test_a_view_is_saved_without_its_page_and_opened_by_its_address(client, manager):
    answer = save(client)
    assert answer.redirect_chain == [("/overview/?late=any", 302)]
    assert "View “What is late” saved." in text_of(answer)
    view = SavedView.objects.get()
    assert (view.owner, view.get_absolute_url()) == (manager, "/overview/?late=any")
    assert "/overview/?late=any" in read(client.get("/overview/")).links
    client.force_login(a_manager("other"))
    other = client.get("/overview/?late=any")
    assert other.status_code == 200
    assert "What is late" not in text_of(other)


def test_a_view_of_the_sites_is_listed_there(client, manager):
    assert save(client, page="boards", query="group=country").redirect_chain == [("/boards/?group=country", 302)]
    assert "What is late" in text_of(client.get("/boards/"))
    assert "What is late" not in text_of(client.get("/overview/"))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"page": "admin"}, "not one of the available choices"),
        ({"query": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_cannot_be_saved_is_explained(client, manager, values, message):
    assert message in text_of(save(client, **values))
    assert not SavedView.objects.exists()


def test_a_name_is_used_once_on_a_page(client, manager):
    save(client)
    assert "You already have a view with this name." in text_of(save(client, query="late=report"))
    save(client, page="boards", query="")
    assert SavedView.objects.count() == 2


def test_a_user_has_at_most_so_many_views(client, manager):
    for number in range(MAX_SAVED_VIEWS):
        make(SavedView, owner=manager, viewed_page="overview", name=f"View {number}")
    assert TOO_MANY in text_of(save(client))
    assert manager.saved_views.count() == MAX_SAVED_VIEWS


def test_the_owner_renames_and_deletes_a_view_and_the_history_tells(client, manager):
    save(client)
    view = SavedView.objects.get()
    address = f"{SAVE}{view.pk}/"
    assert address in read(client.get("/overview/?late=any")).links
    assert client.post(address, {"name": "Late"}).headers["Location"] == "/overview/?late=any"
    assert client.post(address, {"name": ""}).status_code == 200
    view.refresh_from_db()
    assert view.name == "Late"
    assert {entry.actor for entry in trail_of(view)} == {manager.actor}
    client.post(address, {"delete": "1"})
    assert not SavedView.objects.exists()


def test_the_view_of_somebody_else_is_not_found(client, manager):
    view = make(SavedView, owner=a_manager("other"), viewed_page="overview", name="Mine")
    for answer in (client.get(f"{SAVE}{view.pk}/"), client.post(f"{SAVE}{view.pk}/", {"delete": "1"})):
        assert answer.status_code == 404
    client.force_login(a_user("nobody"))
    assert client.post(SAVE, {"name": "x", "query": "", "viewed_page": "overview"}).status_code == 404
    assert client.get(SAVE).status_code == 405
