"""Saying who writes, for a block of code."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import connection

from history.author import Author, Block, current_author, innermost
from history.signing import hand_back, sign_transaction, sign_writes

__all__ = ["Author", "authored", "current_author", "sign_transaction"]


@contextmanager
def authored(actor: str = "", *, reason: str = "", route: str = "", request_id: str = "") -> Iterator[Author]:
    """Every write in the block is this author's; also a decorator.

    What a nested block leaves out it takes from the one around it, which is back in force afterwards. A block
    for which nobody names an actor is a ValueError.
    """
    outer = innermost.get()
    given = {"actor": actor, "reason": reason, "route": route, "request_id": request_id}
    said = {key: value for key, value in given.items() if value}
    block = Block(outer.author.saying(**said) if outer else Author(**{"actor": ""} | said))
    token = innermost.set(block)
    try:
        with nullcontext() if outer else connection.execute_wrapper(sign_writes):
            yield block.author
    finally:
        innermost.reset(token)
        if block.is_signed:
            hand_back(outer)
