from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "sites"
    verbose_name = "Recruitment"

    def ready(self):
        from sites import trial_checks  # noqa: F401 (registers its checks)
