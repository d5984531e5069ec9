from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = "People"

    def ready(self):
        from contacts import rule_evaluation  # noqa: F401 (registers the checks of trials)
        from contacts.erasure.free_text import fields  # noqa: F401 (registers free text fields)
