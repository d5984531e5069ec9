from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = "Contacts"

    def ready(self):
        from contacts import judging  # noqa: F401 (its judges join those of trials)
        from contacts.texts import of_people, of_sites, of_trials  # noqa: F401 (they say which texts may name people)
