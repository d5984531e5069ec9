from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "registries"
    verbose_name = "Registries"

    def ready(self):
        from registries import erasing, texts  # noqa: F401 (its erasers and texts join those of contacts)
