"""What a page was asked, as its address: the URL is the state, and only what is set stands in it."""

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict

from common.text import is_blank


@dataclass(frozen=True, slots=True)
class Asked:
    """A path and its parameters in their order; blank ones, as forms send them, are left out."""

    path: str
    pairs: tuple[tuple[str, str], ...] = ()
    has_blanks: bool = False

    @classmethod
    def of(cls, request) -> Self:
        pairs = tuple((name, value) for name, values in request.GET.lists() for value in values)
        kept = tuple(pair for pair in pairs if not is_blank(pair[1]))
        return cls(request.path, kept, has_blanks=kept != pairs)

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.pairs)}" if self.pairs else self.path

    @property
    def names(self) -> list[str]:
        """The parameters asked for, each once."""
        return list(dict.fromkeys(name for name, _ in self.pairs))

    @property
    def query(self) -> QueryDict:
        return QueryDict(urlencode(self.pairs))

    def values(self, name: str) -> list[str]:
        return [value for known, value in self.pairs if known == name]

    def value(self, name: str) -> str:
        """The last one, or blank."""
        return (self.values(name) or [""])[-1]

    def at(self, path: str) -> Self:
        """The same asked of another address."""
        return replace(self, path=path)

    def without(self, *names: str) -> Self:
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair[0] not in names))

    def without_value(self, name: str, value: str) -> Self:
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair != (name, value)))

    def saying(self, **values: str) -> Self:
        """The same with these parameters set anew; a blank takes one out."""
        said = tuple((name, str(value)) for name, value in values.items() if value not in ("", None))
        return replace(self, pairs=(*self.without(*values).pairs, *said))
