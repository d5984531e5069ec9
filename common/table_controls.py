"""The controls of a table: sortable headings and select fields, both as parameters of the page's address."""

from dataclasses import dataclass

from common.query_params import QueryState


@dataclass(frozen=True, slots=True)
class Heading:
    """A sortable column; its address reverses the order when the column is the current one."""

    label: str
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A select field of the filter form: its (value, label) options and the selected value."""

    name: str
    label: str
    options: list[tuple[str, str]]
    selected: str


def sort_heading(name: str, label: str, query_state: QueryState, *, order: str, default: str) -> Heading:
    """The heading of a column; `order` is the current value of `sort`: a column, or a minus and a column."""
    is_current, is_descending = order.removeprefix("-") == name, order.startswith("-")
    direction = ("descending" if is_descending else "ascending") if is_current else ""
    next_order = f"-{name}" if is_current and not is_descending else name
    return Heading(label, query_state.with_params(sort="" if next_order == default else next_order).url, direction)
