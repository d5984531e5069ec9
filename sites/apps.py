from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "sites"
    verbose_name = "Recruitment"

    def ready(self):
        from sites import rule_evaluation  # noqa: F401 (registers its checks)
