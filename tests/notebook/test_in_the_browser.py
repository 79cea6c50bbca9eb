"""What a student sees: JupyterLab with a graded cell on a wrong solution, and nbgrader's feedback page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser
from nbcourse import Desk, autograde_here, replace

pytestmark = [pytest.mark.proof, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

EX = "ex01_finite_differences"
SEEN = """
(() => {
  const found = [...document.querySelectorAll('div.leafgrad')].find(e => e.innerText.includes('Smallest failing case'));
  if (!found) return null;
  found.scrollIntoView({block: 'center'});
  const box = found.getBoundingClientRect();
  return {text: found.innerText, width: box.width, height: box.height, rows: found.querySelectorAll('tr').length};
})()
"""

PANEL = "[...window.jupyterapp.shell.widgets('main')].find(widget => widget.content && widget.content.widgets)"
SHOW = f"""(() => {{
  const notebook = {PANEL}.content;
  const index = notebook.widgets.findIndex(cell => cell.model.sharedModel.source.includes('.slope")'));
  notebook.activeCellIndex = index;
  notebook.scrollToItem(index);
}})()"""
RUN = f"""void (async () => {{
  window.jupyterapp.shell.activateById({PANEL}.id);
  await {PANEL}.context.sessionContext.ready;
  {SHOW};
  await window.jupyterapp.commands.execute('notebook:run-all-above');
  {SHOW};
  await window.jupyterapp.commands.execute('notebook:run-cell');
}})()"""


@pytest.fixture
def wrong(released: Desk) -> Path:
    """The folder of a student who divides by the wrong distance."""
    home = released.folder / "submitted" / "looker" / "first"
    if not home.exists():
        released.hand_in("looker", "first", lambda exercise, notebook: replace(notebook, "2 * eps", "eps"))
    return home


@pytest.fixture
def lab(wrong: Path, tmp_path: Path) -> Iterator[str]:
    """JupyterLab's address, opened in the student's folder."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0"]
    command += ["--expose-app-in-browser", "--IdentityProvider.token=letmein", f"--ServerApp.root_dir={wrong}"]
    folders = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | folders | {"PATH": path}, cwd=wrong)
    try:
        for _ in range(600):
            found = re.search(r"http://127\.0\.0\.1:(\d+)/lab", (tmp_path / "log").read_text())
            if found:
                break
            assert server.poll() is None, (tmp_path / "log").read_text()
            with_timeout(server)
        assert found
        yield f"http://127.0.0.1:{found[1]}"
    finally:
        server.terminate()
        server.wait(60)


def with_timeout(server: subprocess.Popen[bytes]) -> None:
    """Wait a moment for a server that is starting."""
    try:
        server.wait(0.2)
    except subprocess.TimeoutExpired:
        return


def test_a_graded_cell_in_jupyterlab(lab: str, tmp_path: Path) -> None:
    with Browser() as browser:
        browser.open(f"{lab}/lab/tree/{EX}.ipynb?token=letmein&reset")
        browser.wait(f"!!(window.jupyterapp && document.querySelector('.jp-Notebook .jp-CodeCell') && {PANEL})")
        browser.wait(
            "!!document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=idle]') || "
            "document.body.innerText.includes('Idle')"
        )
        browser.run(RUN)
        seen = browser.wait(f"{SHOW}, {SEEN.strip()}", 300)
        picture = Path(os.environ.get("LEAFGRAD_SCREENSHOTS", str(tmp_path))) / "jupyterlab.png"
        browser.run("new Promise(done => setTimeout(done, 1500))")
        browser.screenshot(picture)
    assert "Expected:" in seen["text"] and "central_difference" in seen["text"]
    assert seen["width"] > 400 and seen["height"] > 100 and seen["rows"] >= 2
    assert picture.stat().st_size > 20_000


def test_the_feedback_page(released: Desk, wrong: Path, tmp_path: Path) -> None:
    assert autograde_here(released.folder, "first", "looker")["success"]
    released.nbgrader("generate_feedback", "first", "--student=looker", "--force")
    with Browser() as browser:
        browser.open((released.folder / "feedback" / "looker" / "first" / f"{EX}.html").as_uri())
        seen = browser.wait(SEEN)
        picture = Path(os.environ.get("LEAFGRAD_SCREENSHOTS", str(tmp_path))) / "feedback.png"
        browser.screenshot(picture)
        page = browser.run("document.body.innerText")
    assert "Smallest failing case" in seen["text"] and "Traceback" not in page
    assert re.search(r"Score: [\d.]+ / [\d.]+", page)
