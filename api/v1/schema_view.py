"""The contract as OpenAPI 3.1."""

from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView


class SchemaView(SpectacularAPIView):
    """`/api/v1/schema/`: JSON, open to everybody."""

    renderer_classes = [OpenApiJsonRenderer2]
    authentication_classes = []
    permission_classes = []
