from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "registries"
    verbose_name = "Registries"

    def ready(self):
        from registries import erasing  # noqa: F401 (its erasers join those of contacts)
