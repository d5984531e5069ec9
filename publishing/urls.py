"""URLs of the search page, of places, of related trials, and of the pages of conditions, sponsors, countries
and investigators."""

from django.urls import path

from publishing import sitemaps, views
from publishing.changes.views import changes_csv, changes_feed, changes_page
from publishing.past_versions.views import public_on_day
from publishing.search import near_views
from publishing.search.feed import search_feed
from publishing.topics import views as topics

urlpatterns = [
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemaps/<str:kind>-<int:number>.xml", sitemaps.sitemap_part, name="sitemap_part"),
    path("changes.csv", changes_csv, name="changes_csv"),
    path("trials/<str:key>/public/", public_on_day, name="public_on_day"),
]

#: In every language.
public_urlpatterns = [
    path("", views.search_page, name="search"),
    path("trials/<str:key>/related/", views.related_trials, name="related_trials"),
    path("feed.atom", search_feed, name="search_feed"),
    path("conditions/<str:slug>/", topics.condition, name="condition"),
    path("sponsors/<str:slug>/", topics.sponsor, name="sponsor"),
    path("countries/<str:slug>/", topics.country, name="country"),
    path("investigators/<str:slug>/", topics.investigator, name="investigator"),
    path("places/", near_views.places, name="places"),
    path("changes/", changes_page, name="changes"),
    path("changes.atom", changes_feed, name="changes_feed"),
]
