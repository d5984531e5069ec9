"""Base views of the API (key required, read only, JSON only), and its documentation page."""

from django.views.generic import TemplateView
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

from api.authentication import PartnerKeyAuthentication


class JsonOnlyNegotiation(BaseContentNegotiation):
    """Always JSON, whatever the Accept header; a parameter `format` is unknown."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type

    def select_parser(self, request, parsers):
        return None


class PartnerView(APIView):
    """Read-only view for partners."""

    authentication_classes = [PartnerKeyAuthentication]
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = JsonOnlyNegotiation
    http_method_names = ["get", "head", "options"]


class NotFoundView(PartnerView):
    """404 in JSON for all other URLs."""

    schema = None

    def get(self, request):
        raise NotFound


class DocumentationView(TemplateView):
    """Public page; requests to the API need a key."""

    template_name = "api/docs.html"
