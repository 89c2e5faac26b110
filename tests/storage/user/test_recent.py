"""The files that were opened last."""

from concurrent.futures import ThreadPoolExecutor

from statmon.storage.user import recent, settings


def test_files_that_are_opened_at_once_are_all_remembered(tmp_path, monkeypatch):
    """Neither takes the other's place in the list."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    files = [tmp_path / f"{number}.statmon" for number in range(recent.MOST)]
    for file in files:
        file.touch()
    with ThreadPoolExecutor(len(files)) as pool:
        list(pool.map(recent.remember, files))

    assert sorted(recent.paths()) == sorted(files)
