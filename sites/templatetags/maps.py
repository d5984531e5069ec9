"""Template tags of maps that can be zoomed: `<figure class="map" {% map_attributes %}>`, `{% map_controls map %}`."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sites.maps.site_map import SiteMap

register = template.Library()
_SCRIPTS = ("leaflet/leaflet.js", "leaflet/leaflet.markercluster.js")
_STYLES = ("leaflet/leaflet.css", "leaflet/MarkerCluster.css")


@register.simple_tag
def map_attributes() -> SafeString:
    """What static/js/site_map.js loads when the map is opened: scripts, styles, shapes of countries, or tiles."""
    values = {
        "map": "", "scripts": " ".join(map(static, _SCRIPTS)), "styles": " ".join(map(static, _STYLES)),
        "land": reverse("map_land"),
    }  # fmt: skip
    if settings.MAP_TILES_URL:
        values |= {"tiles": settings.MAP_TILES_URL, "attribution": settings.MAP_TILES_ATTRIBUTION}
    return format_html_join(" ", 'data-{}="{}"', values.items())


@register.simple_tag
def map_controls(site_map: SiteMap) -> SafeString:
    """The button that opens the map, shown where scripts run, and its sites as GeoJSON."""
    button = format_html('<button class="btn" type="button" hidden>{}</button>', _("Open a map that can be zoomed"))
    return button + json_script(site_map.features)
