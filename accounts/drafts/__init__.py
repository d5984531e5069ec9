"""Form drafts: forms sent by a user who had to sign in again are stored for one hour and shown again, filled in."""
