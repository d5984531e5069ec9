from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "registries"
    verbose_name = "Registries"

    def ready(self):
        from registries import erasure, erasure_fields, notices  # noqa: F401 (registers handlers with contacts and work)
