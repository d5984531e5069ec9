from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self):
        from allauth.mfa.signals import authenticator_added

        from accounts import checks, erasure_fields  # noqa: F401 - register themselves
        from accounts.mfa import on_authenticator_added

        authenticator_added.connect(on_authenticator_added, dispatch_uid="accounts.mfa")
