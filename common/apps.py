from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Shared code without models."""

    name = "common"
