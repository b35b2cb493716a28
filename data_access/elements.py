"""What a statement is made of."""

from collections.abc import Iterator

from sqlalchemy.sql.visitors import ExternallyTraversible

from data_access.read import Query


def elements(*queries: Query) -> Iterator[ExternallyTraversible]:
    """Whatever the statements are made of, each once.

    SQLAlchemy's own iteration walks through what several refer to as often as they do: ten times as long where clocks
    are converted.
    """
    seen: dict[int, ExternallyTraversible] = {}  # kept alive, so that no two have one id
    waiting: list[ExternallyTraversible] = [*queries]
    while waiting:
        element = waiting.pop()
        if id(element) not in seen:
            seen[id(element)] = element
            waiting.extend(element.get_children())
            yield element
