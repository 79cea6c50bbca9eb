"""Chromium without a screen, driven over its DevTools socket."""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)


class Browser:
    """One page of a browser of its own; use it in a `with` statement."""

    def __init__(self, width: int = 1200, height: int = 1600) -> None:
        import websocket

        assert CHROMIUM is not None
        self._home = tempfile.mkdtemp(prefix="leafgrad-chromium-")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        flags += ["--remote-debugging-port=0", "--remote-allow-origins=*", f"--window-size={width},{height}"]
        self._process = subprocess.Popen(
            [CHROMIUM, *flags, f"--user-data-dir={self._home}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port = self._port()
        from urllib.request import urlopen

        with urlopen(f"http://127.0.0.1:{port}/json") as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self._socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=120)
        self._numbers = itertools.count(1)

    def _port(self) -> str:
        file = Path(self._home) / "DevToolsActivePort"
        for _ in range(300):
            if file.exists() and (lines := file.read_text().split("\n"))[0]:
                return lines[0]
            time.sleep(0.2)
        raise TimeoutError("Chromium did not start")

    def ask(self, method: str, **parameters: Any) -> Any:
        """Call a DevTools method and return its result."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    def open(self, url: str) -> None:
        """Go to a page."""
        self.ask("Page.navigate", url=url)

    def run(self, script: str) -> Any:
        """Evaluate JavaScript, awaiting a promise, and return its JSON value."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return found["result"].get("value")

    def wait(self, script: str, seconds: float = 120.0) -> Any:
        """Evaluate JavaScript until it gives something true, and return that."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := self.run(script):
                return value
            time.sleep(0.5)
        raise TimeoutError(script)

    def screenshot(self, path: Path) -> None:
        """Save what the page looks like as PNG."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(30)
        shutil.rmtree(self._home, ignore_errors=True)
