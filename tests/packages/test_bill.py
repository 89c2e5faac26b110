"""The bills of materials beside the packages, by the validator of those who wrote the format."""

import os
import sys
from pathlib import Path

import pytest

VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()))
"""


@pytest.mark.parametrize("name", ["linux-*", "windows"])
def test_a_bill_is_valid_cyclonedx(built, run, name):
    """By its JSON schema, unknown fields refused; the validator is no dependency of ours."""
    uv = Path(sys.executable).parent / "uv"
    said = run(
        uv, "tool", "run", "--quiet", "--system-certs", "--from",
        "cyclonedx-python-lib[json-validation]", "python", "-c", VALIDATE,
        built(f"statmon-*-{name}.cdx.json"), env=dict(os.environ), quiet=False,
    )  # fmt: skip

    assert said == "None\n"
