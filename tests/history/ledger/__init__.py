"""An app that exists in tests only: tables whose trail can be tried without knowing what they are about."""
