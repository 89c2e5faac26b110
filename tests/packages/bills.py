"""What bills of materials say."""

from collections.abc import Iterator
from typing import Any


def every(bill: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each component of a bill, those inside others as well."""
    todo = [bill["metadata"]["component"], *bill["components"]]
    while todo:
        one = todo.pop()
        todo += one.get("components", [])
        yield one
