from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "work"
    verbose_name = "My work"

    def ready(self):
        from work import erasure_fields  # noqa: F401 (registers the free-text columns)
