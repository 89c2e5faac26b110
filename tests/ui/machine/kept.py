"""Sequences that failed once, by what they are about. Each is the fewest steps that still failed.

A step is its name and a number that decides what it does, or the name of what it is done to.
"""

from typing import Final

Steps = list[tuple[str, int | str]]

KEPT: Final[dict[str, tuple[int, Steps]]] = {
    "a number beyond all arithmetic is painted and charted": (3, [
        ("chart", 1), ("odd_values", 0), ("odd_values", 1), ("odd_values", 2), ("minutes", 3),
        ("odd_values", 4), ("odd_values", 5), ("minutes", 6),
    ]),
    "an alert that is clicked ends": (9, [
        ("loud", 1), ("wait", 2), ("click", "Open alerts"), ("calm", 3), ("wait", 4),
    ]),
    "a workspace with other charts is opened, and saved": (4, [
        ("open", "two"), ("button", "Show 8 h"), ("save", 1), ("undo", 1), ("new", 1), ("undo", 1),
    ]),
    "a subscription is called open while the line is cut": (1, [
        ("cut", 1), ("wait", 2), ("wait", 3), ("wait", 4),
    ]),
    "the wallboard is opened in an outage": (2, [
        ("cut", 1), ("wait", 2), ("minutes", 3), ("button", "Wallboard"), ("wait", 4),
    ]),
    "the reason of an outage is another one, beside the wallboard": (1106, [
        ("minutes", 1), ("cut", 2), ("minutes", 3), ("button", "Wallboard"), ("edit", 5),
        ("compose", 3757475781), ("save_editor", 1), ("wait", 1), ("wait", 2),
    ]),
    "what is new is refused and the rest shared, and it is saved": (5, [
        ("edit", 5), ("compose", 7), ("save_editor", 1), ("minutes", 4), ("wait", 5),
    ]),
    "a chart is shown that was behind another for longer than its span": (1, [
        ("cut", 1), ("wait", 1), ("open", "two"), ("wait", 2), ("restore", 1), ("minutes", 4),
        ("minutes", 5), ("tab", "Charts#2"), ("wait", 5), ("tab", "Charts#4"), ("wait", 6),
    ]),
}  # fmt: skip
"""With the seed of service and files."""
