"""The API documentation: Swagger UI from local static files, without inline scripts."""

from django.views.generic import TemplateView


class DocumentationView(TemplateView):
    """Public page; requests to the API need a key."""

    template_name = "api/docs.html"
