"""What is cited is in the repository: documents, their sections, decisions, modules."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("statmon", "tests", "docs", "packaging", "resources")
FILES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pyproject.toml", "Makefile")
PUBLIC = r"RFC \d+|MS-OLEPS"
"""Documents that anybody finds under this name."""
PAGE = r"[\w./-]*\w\.md"
SECTION = r"§(\d+(?:\.\d+)*)"
CITED = re.compile(rf"(?:(?P<page>{PAGE})\)?|{PUBLIC})(?P<sections>(?:(?:,| and| to)? {SECTION})+)")
LAYERS = sorted(path.name for path in (ROOT / "statmon").iterdir() if path.is_dir())
MODULE = re.compile(rf"`((?:{'|'.join(LAYERS)})(?:\.[a-z]\w*)+(?:\.[A-Z]\w*)?)`")
IMPORTED = re.compile(r"^\s*from statmon((?:\.\w+)*) import (\w+)", re.MULTILINE)
SOURCE = re.compile(r"`((?:[\w-]+/)*[\w-]+\.py)`")
ELSEWHERE = re.compile(r"\b(?:[Ii]ssue \d+|(?:the|our) design\b)")
"""How documents were cited that only those who wrote the code have."""


def _text(path: Path) -> str:
    """Return a file on one line, without the marks of comments; nothing of a picture."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""
    return re.sub(r"\s*\n\s*(?:# )?", " ", text)


@cache
def texts() -> dict[Path, str]:
    """Return what is written in the repository, by file, but for this one."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    found += [ROOT / name for name in FILES]
    return {
        path: _text(path)
        for path in found
        if "__pycache__" not in path.parts and path != Path(__file__)
    }


@cache
def sections(page: Path) -> frozenset[str]:
    """Return the numbers of a page's headings."""
    headings = re.findall(r"^#{2,} (\d+(?:\.\d+)*)\.? \w", page.read_text("utf-8"), re.MULTILINE)
    return frozenset(headings)


def page_of(name: str, beside: Path) -> Path | None:
    """Return the page that is cited, from the root or from beside the file that cites it."""
    places = (ROOT / name, beside.parent / name)
    return next((place for place in places if place.is_file()), None)


def broken_in(path: Path, text: str) -> Iterator[str]:
    """Say which sections that a file cites do not exist, or are of nothing that is named."""
    rest = text
    for cited in CITED.finditer(text):
        rest = rest.replace(cited[0], "")
        if cited["page"] is None:
            continue
        page = page_of(cited["page"], path)
        known = sections(page) if page else frozenset()
        if missing := [number for number in re.findall(SECTION, cited[0]) if number not in known]:
            yield f"{cited['page']} §{', §'.join(missing)}"
    own = sections(path) if path.suffix == ".md" else frozenset()
    yield from (f"§{number} of what?" for number in re.findall(SECTION, rest) if number not in own)


def test_each_section_that_is_cited_exists():
    """``docs/reference/NAME.md §2``, a public standard's, or, in a page, one of its own."""
    broken = {
        str(path.relative_to(ROOT)): wrong
        for path, text in texts().items()
        if "§" in text and (wrong := list(broken_in(path, text)))
    }

    assert sum("§" in text for text in texts().values()) > 50
    assert broken == {}


def test_each_page_that_is_cited_exists():
    """By its path or by its bare name."""
    names = {path.name for path in texts() if path.suffix == ".md"}
    broken = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in texts().items()
        for name in re.findall(rf"(?<![\w./-]){PAGE}\b", text)
        if not (page_of(name, path) if name.startswith("docs/") else Path(name).name in names)
    ]

    assert broken == []


def test_each_decision_that_is_cited_exists():
    """``decision 23`` is docs/decisions/0023-….md."""
    known = {int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("*.md")}
    cited = {
        (str(path.relative_to(ROOT)), int(number))
        for path, text in texts().items()
        for number in re.findall(r"\b[Dd]ecisions? (\d+)", text)
    }

    assert len(cited) > 20
    assert [(path, number) for path, number in sorted(cited) if number not in known] == []


def is_source(name: str, beside: Path) -> bool:
    """Whether there is a file of that path, below one of the usual folders, or of that name."""
    places = (ROOT, ROOT / "statmon", ROOT / "tests", ROOT / "tests/ui/machine", beside.parent)
    if "/" in name:
        return any((place / name).is_file() for place in places)
    return any(path.name == name for path in texts())


def is_module(name: str) -> bool:
    """Whether ``ui.start.loop.AppLoop`` is a module of statmon, or something that is in one."""
    folder, parts = ROOT / "statmon", name.split(".")
    for number, part in enumerate(parts, 1):
        if (folder / part).is_dir():
            folder /= part
            continue
        source = folder / f"{part}.py"
        if source.is_file():
            return all(word in source.read_text("utf-8") for word in parts[number : number + 1])
        offered = (folder / "__init__.py").read_text("utf-8")
        return f'"{part}"' in offered or f"\n{part} = " in offered
    return True


def imported_in(path: Path) -> Iterator[str]:
    """Return what a file imports from statmon, also in a program that stands in a text of it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("statmon"):
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.startswith("statmon."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (f"statmon{inside}.{name}" for inside, name in IMPORTED.findall(node.value))


def modules_in(path: Path, text: str) -> Iterator[str]:
    """Return the modules that a file names; pages call settings so, too, but end in no class."""
    code = path.suffix == ".py" and "packaging" not in path.parts
    for name in MODULE.findall(text):
        last = name.rpartition(".")[2]
        if last != "py" and (code or last[0].isupper()):
            yield name


def test_each_module_that_is_named_exists():
    """``ui/start/loop.py``, ``loop.py`` or, in the code, ``ui.start.loop.AppLoop``."""
    sources = [(path, name) for path, text in texts().items() for name in SOURCE.findall(text)]
    modules = [(path, name) for path, text in texts().items() for name in modules_in(path, text)]
    broken = [(path, name) for path, name in sources if not is_source(name, path)]
    broken += [(path, name) for path, name in modules if not is_module(name)]

    assert len(sources) > 150
    assert modules
    assert [f"{path.relative_to(ROOT)}: {name}" for path, name in broken] == []


def test_each_module_that_is_imported_exists():
    """By benchmarks and by programs in a text as well, which no short run may start."""
    files = [path for folder in ("tests", "packaging") for path in (ROOT / folder).rglob("*.py")]
    imported = [(path, name) for path in files for name in imported_in(path)]

    assert len(imported) > 1000
    assert [
        f"{path.relative_to(ROOT)}: {name}"
        for path, name in imported
        if not is_module(name.partition(".")[2])
    ] == []


def test_nothing_is_cited_that_is_not_in_the_repository():
    """No issue by its number, no design that is kept elsewhere."""
    found = [
        f"{path.relative_to(ROOT)}: {words}"
        for path, text in texts().items()
        for words in ELSEWHERE.findall(text)
    ]

    assert found == []


@pytest.mark.parametrize(
    "words",
    [
        "reference §1",
        "(design §6)",
        "docs/reference/bayeux.md §99",
        "docs/reference/bayeux.md §1, §99",
        "docs/reference/none.md §1",
        "§2",
    ],
)
def test_what_leads_nowhere_is_found(words):
    """In a file of the program."""
    assert list(broken_in(ROOT / "statmon/cli.py", f"It is so: {words}."))


@pytest.mark.parametrize("words", ["docs/reference/bayeux.md §1 to §3", "RFC 6265 §5.2, §5.3"])
def test_what_exists_is_not_complained_of(words):
    """Of ours and of the public."""
    assert not list(broken_in(ROOT / "statmon/cli.py", f"It is so ({words})."))
