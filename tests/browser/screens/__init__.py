"""Every screen in every state that a person can meet, room by room: see tests/browser/test_screens.py."""
