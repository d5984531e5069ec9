"""The pages of people, for those who coordinate where they are named. Everybody else finds nothing here."""
