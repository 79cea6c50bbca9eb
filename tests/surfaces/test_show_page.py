"""`leafgrad show --html`: the case as a page of its own, opened where there is a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.banks.store import BankStore
from graders.cli import main
from graders.course.course import load_course
from graders.course.release import release


@pytest.fixture
def home(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder, with that as the working directory, on a machine without a screen."""
    release(load_course(root), tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "mine"


def show(address: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["show", address, "--html"])
    return int(ended.value.code or 0)


def test_the_page_has_the_graph_with_both_gradients(
    home: Path,
    store: BankStore,
    solutions: dict[str, bytes],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.prepare(["ex02_closures"])
    wrong = solutions["ex02_closures.py"].replace(b"self.grad += other.data * out.grad", b"self.grad += out.grad")
    (home / "exercises" / "ex02_closures.py").write_bytes(wrong)
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: not opened.append(address))
    page = home / ".leafgrad" / "show.html"
    assert show("ex2.mul") == 1 and not opened and f"Open this page in a browser: {page}" in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert (
        "<svg" in text
        and "yours " in text
        and "expected " in text
        and "http" not in text.replace("http-equiv", "").replace("http://www.w3.org", "")
    )
    assert ">ex02_closures.mul</h1>" in text and '<div tabindex="0" style="overflow-x:auto"><table' in text
    monkeypatch.setenv("DISPLAY", ":0")
    assert show("ex2.mul") == 1 and opened == [page.resolve().as_uri()] and "Opened" in capsys.readouterr().out


@pytest.mark.parametrize("source", ["x = <script>\n", "x = input('<script>')\n"])
def test_a_file_that_cannot_be_loaded_is_said_once_and_escaped(home: Path, store: BankStore, source: str) -> None:
    store.prepare(["ex02_closures"])
    (home / "exercises" / "ex02_closures.py").write_text(source)
    assert show("ex02") == 1
    text = (home / ".leafgrad" / "show.html").read_text(encoding="utf-8")
    assert text.count("cannot be loaded") == 1 and "<script>" not in text
