"""One bound of nesting and of weight for all JSON of others, whoever reads it."""

import ast
import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import statmon
from statmon.bayeux.frames import FrameDecoder, HeavyFrame
from statmon.bayeux.weight import DEEPEST, LARGEST_ODD, TooMuch, bearable
from statmon.service.sign_in.tokens import Tokens, tokens_in
from statmon.service.wire.errors import ServiceError, said_in
from statmon.service.wire.notifications import Notification
from statmon.updates.manifest import Refused, opened

HOME = Path(statmon.__file__).parent
READERS = {"loads", "decode", "Decoder"}
READ_HERE = {
    "bayeux/frames.py": "FrameDecoder.decode",
    "bayeux/lenient_json.py": "of what is bearable",
    "service/wire/api.py": "read_answer",
    "service/wire/errors.py": "json_in",
    "updates/manifest.py": "opened, parse",
    "updates/last_check.py": "a file of our own",
    "updates/release_source.py": "a file of ours",
}
"""Where JSON is read of what lies between the line and the window."""


def depth_of(data):
    """How deep decoded JSON is nested, the plain way."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    own = isinstance(data, dict | list)
    return own + max(map(depth_of, inner), default=0)


def nested(levels, of="1", opening="[", closing="]"):
    """JSON of so many levels."""
    return (opening * levels + of + closing * levels).encode()


def wrapped(value, levels):
    """A value within so many levels, lists and objects by turns, each with neighbours."""
    for level in range(levels):
        value = [value, "]"] if level % 2 else {"{": '\\"[', "a": value, "b": []}
    return value


texts = st.text(alphabet='[]{}"\\,:a\u2222\u5b5b')
leaves = st.none() | st.integers() | texts
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
)


@given(trees, st.integers(0, DEEPEST + 5), st.booleans(), st.booleans())
@example([[]] * 70, DEEPEST - 2, True, False)
def test_what_is_nested_within_the_bound_is_untouched_and_nothing_else(tree, levels, plain, signs):
    """Whatever brackets, quotes and backslashes its texts hold."""
    data = wrapped(tree, levels)
    data = data if isinstance(data, list | dict) else [data]
    body = json.dumps(data, ensure_ascii=plain, indent=1 if signs else None).encode()
    read = bearable(body)

    if depth_of(data) <= DEEPEST:
        assert read is body
    else:
        assert depth_of(json.loads(read)) == DEEPEST


@pytest.mark.parametrize(
    ("opening", "closing"), ["[]", ('{"a":', "}"), ('[{"]":', "}]"), ('[[],"]",', ',"["]')]
)
@pytest.mark.parametrize("levels", [DEEPEST + 1, 2_000, 9_000])
def test_what_lies_deeper_is_null(opening, closing, levels):
    """However it is hidden; the neighbours stay."""
    body = b"[1," + nested(levels, "1", opening, closing) + b',{"b":2}]'
    read = json.loads(bearable(body))

    assert depth_of(read) == DEEPEST
    assert read[0] == 1
    assert read[-1] == {"b": 2}


@pytest.mark.parametrize(
    "body", [nested(DEEPEST), b'["' + b"[" * 9_000 + b'"]', b"<" + b"[" * 9_000]
)
def test_what_is_not_too_deep_is_passed_on(body):
    """The deepest that may be, brackets in a text, and a page, which is told as one."""
    assert bearable(body) is body


def test_what_is_deep_and_large_is_refused_in_words():
    """To mend it would hold up everybody."""
    body = b"[" + nested(2_000) + b',"' + b"x" * LARGEST_ODD + b'"]'
    with pytest.raises(TooMuch, match=f"is nested more than {DEEPEST} levels deep"):
        bearable(body)
    with pytest.raises(TooMuch, match=f"is nested more than {DEEPEST} levels deep"):
        bearable(nested(100_000))
    with pytest.raises(HeavyFrame, match=f"The answer is nested more than {DEEPEST} levels deep."):
        FrameDecoder(Notification).decode(body)


def test_a_deep_frame_is_told_once_and_read(caplog):
    """Nothing of it acts on the stack, in whatever field it stands."""
    decoder = FrameDecoder(Notification)
    deep = nested(3_000)
    frame = b'[{"channel":"/a","data":{},"error":%s,"ext":%s,"id":%s},{"channel":"/b","id":"7"}]'
    for _ in range(3):
        first, second = decoder.decode(frame % (deep, deep, deep))
        assert second.key == "7"
        assert max(map(depth_of, (first.error, first.ext, first.id))) < DEEPEST
    (line,) = caplog.messages
    assert f"what lies deeper than {DEEPEST} levels is left out" in line


def test_an_answer_that_is_no_list_of_values_is_refused_in_words():
    """Sign-in, error, announcement: each says the same."""
    deep = nested(2_000)
    with pytest.raises(ServiceError, match=f"the answer is nested more than {DEEPEST} levels deep"):
        tokens_in(deep, 0.0, Tokens())
    assert said_in(deep, 500).words.endswith(
        f"its answer is nested more than {DEEPEST} levels deep"
    )
    with pytest.raises(Refused, match="it has not the form of one"):
        opened(deep, [])


def test_all_json_of_the_line_is_read_where_the_bound_is():
    """A new reader of answers has to be named here, and to ask for what is bearable."""
    found = set()
    for folder in ("bayeux", "service", "updates"):
        for file in (HOME / folder).rglob("*.py"):
            named = [node for node in ast.walk(ast.parse(file.read_text()))
                     if isinstance(node, ast.Attribute) and node.attr in READERS]  # fmt: skip
            if any(ast.unparse(node.value).endswith("json") for node in named):
                found.add(file.relative_to(HOME).as_posix())
    assert found == READ_HERE.keys()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("rest", [b"a", b'"', b"\\", b'\\"', b'"a', b"]", b"a]", b",", b" "])
def test_whatever_follows_what_is_too_deep_is_looked_at_once(rest):
    """A body may end in anything; looked at anew from each of its signs it took minutes."""
    deep = b"[" * (DEEPEST + 1) + b"0" + b"]" * 3
    body = deep + rest * ((LARGEST_ODD - len(deep)) // len(rest))

    with contextlib.suppress(TooMuch):
        assert b"null" in bearable(body)
