"""The page on which partners read about the API and try it: Swagger UI from our own files, nothing inline."""

from django.views.generic import TemplateView


class DocumentationView(TemplateView):
    """Open to everybody: it shows the shape of the contract, and data only to who has a key."""

    template_name = "api/docs.html"
