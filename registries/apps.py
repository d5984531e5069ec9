from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "registries"
    verbose_name = "Registries"

    def ready(self):
        from registries import erasure, held_record_notices  # noqa: F401 (register themselves with contacts and work)
        from registries.ctgov import history_replay  # noqa: F401 (registers itself with history)
