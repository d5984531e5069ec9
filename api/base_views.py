"""The base of all answers to partners: a key is needed, nothing can be written, everything is JSON."""

from rest_framework.exceptions import NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

from api.authentication import PartnerKeyAuthentication


class JsonOnlyNegotiation(BaseContentNegotiation):
    """Whatever a client accepts: there is one format, and a parameter `format` is unknown like any other."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type

    def select_parser(self, request, parsers):
        return None


class PartnerView(APIView):
    """Reads only."""

    authentication_classes = [PartnerKeyAuthentication]
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = JsonOnlyNegotiation
    http_method_names = ["get", "head", "options"]


class NotFoundView(PartnerView):
    """Every other address, so that an unknown one is told in JSON as well."""

    schema = None

    def get(self, request):
        raise NotFound
