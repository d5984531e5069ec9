from django.apps import AppConfig


class CommonConfig(AppConfig):
    """What is about no app; it has no models."""

    name = "common"
