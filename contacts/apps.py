from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = "Contacts"

    def ready(self):
        from contacts import trial_checks  # noqa: F401 (its judges join those of trials)
        from contacts.erasure.free_text import declarations  # noqa: F401 (they say which texts may name people)
