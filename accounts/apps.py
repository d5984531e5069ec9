from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self):
        from allauth.mfa.signals import authenticator_added

        from accounts import checks, texts  # noqa: F401 - register themselves
        from accounts.factors.added import welcome

        authenticator_added.connect(welcome, dispatch_uid="accounts.factors.added")
