"""What an address asks for: its parameters, the vocabulary of search, and how a question is refused."""
