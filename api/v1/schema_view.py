"""The OpenAPI 3.1 schema."""

from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView


class SchemaView(SpectacularAPIView):
    """`/api/v1/schema/`: JSON, public."""

    renderer_classes = [OpenApiJsonRenderer2]
    authentication_classes = []
    permission_classes = []
