"""What is shipped is what statmon requires, whatever else lies in the environment that builds."""

import pytest


@pytest.fixture
def shipped(recipe):
    """The names of what ends in a package that is built by this environment."""
    return {item.name.lower() for item in recipe("licences").shipped(None)}


def test_the_tools_that_build_are_not_shipped(shipped):
    """Nobody lists them: a new one stopped the build over its licence."""
    assert not {"pytest", "pyelftools", "uv", "ruff", "pip"} & shipped


def test_what_is_required_is_shipped_to_its_last_part(shipped):
    """And what only an extra asks for is not."""
    assert {"statmon", "numpy", "httpx2", "httpcore2", "keyring", "pycparser"} <= shipped
    assert "pyarrow" not in shipped


def test_the_interpreters_own_licence_is_found(recipe):
    """It is shipped, so its text is."""
    text = recipe("licences").licence_of_python().read_text("utf-8", errors="replace")

    assert "python software foundation" in text.lower()


def test_another_systems_folder_is_shipped_whole(recipe, tmp_path):
    """On Windows ``pywin32-ctypes`` is statmon's, not the builder's."""
    for name in ("pywin32-ctypes", "numpy"):
        folder = tmp_path / f"{name.replace('-', '_')}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")

    found = {item.name for item in recipe("licences").shipped(tmp_path)}

    assert found == {"pywin32-ctypes", "numpy"}
