"""Who writes and why, as a value, and the block of code that it holds for."""

import json
import re
import uuid
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, replace
from typing import Self

_KEY = re.compile(r"[a-z][a-z0-9_-]*(:[A-Za-z0-9_.-]+)?")


@dataclass(frozen=True)
class Author:
    """`actor` is a key (`user:7`, `import:ctgov`, `demo`), never a name or an address: those must stay erasable.

    `id` groups what was written together, and is the key of the row that keeps the rest.
    """

    actor: str
    reason: str = ""
    route: str = ""
    request_id: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4, compare=False)

    def __post_init__(self):
        if not _KEY.fullmatch(self.actor):
            raise ValueError(f"{self.actor!r} is no author. Give a key such as user:7, import:ctgov or system:migrate.")

    def saying(self, **said: str) -> Self:
        """The same author with other words, under an id of its own."""
        return replace(self, id=uuid.uuid4(), **said)

    @property
    def settings(self) -> tuple[str, str]:
        """What the database is told: the id, and the rest as JSON without its blanks."""
        said = {key: value for key, value in asdict(self).items() if value and key != "id"}
        return str(self.id), json.dumps(said)


@dataclass
class Block:
    """A stretch of code with one author. `is_signed`: the open transaction knows of it."""

    author: Author
    is_signed: bool = False


innermost: ContextVar[Block | None] = ContextVar("innermost", default=None)


def current_author() -> Author | None:
    """The author of the innermost block, if there is one."""
    block = innermost.get()
    return block and block.author
