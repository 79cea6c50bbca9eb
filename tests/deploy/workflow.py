"""Runs the steps of a workflow as GitHub's runner does: in order, each `run:` by bash, actions by what they are for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from places import environment

_CONDITION = re.compile(r"steps\.(?P<step>\w+)\.outputs\.(?P<output>[\w-]+) (?P<how>[!=]=) '(?P<value>\w+)'")


@dataclass
class Runner:
    """A machine of GitHub's, with a checkout.

    Attributes:
        checkout: The repository.
        home: The runner's home, in which the cache lies if there is one.
        cached: Whether the cache has what the workflow asks for.
        ran: Names of the steps that ran.
        outputs: Step to its outputs.
        printed: What the steps printed.
    """

    checkout: Path
    home: Path
    cached: bool = True
    ran: list[str] = field(default_factory=list)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    printed: str = ""

    @property
    def summary(self) -> Path:
        """The file of the job summary."""
        return self.home / "summary.md"

    @property
    def artifact(self) -> Path:
        """Where uploaded files go."""
        return self.home / "artifact"

    def run(self, **variables: str) -> int:
        """Run the only job of the only workflow; return the exit code of the step that failed, 0 where none did."""
        (file,) = (self.checkout / ".github" / "workflows").glob("*.yml")
        (job,) = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values()
        for step in job["steps"]:
            if not self._wanted(step.get("if")):
                continue
            self.ran.append(step["name"])
            code = self._shell(step["run"], variables) if "run" in step else self._action(step)
            if code:
                return code
        return 0

    def _wanted(self, condition: str | None) -> bool:
        if condition is None:
            return True
        found = _CONDITION.fullmatch(condition)
        assert found, condition
        same = self.outputs[found["step"]].get(found["output"], "") == found["value"]
        return same if found["how"] == "==" else not same

    def _shell(self, script: str, variables: Mapping[str, str]) -> int:
        file = self.home / "step.sh"
        file.write_text(script, encoding="utf-8")
        env = environment(
            HOME=str(self.home),
            GITHUB_ACTIONS="true",
            GITHUB_STEP_SUMMARY=str(self.summary),
            GITHUB_SERVER_URL="https://github.com",
            GITHUB_REPOSITORY="school/small-alice",
            GITHUB_REPOSITORY_OWNER="school",
            GITHUB_SHA="0123456789abcdef0123456789abcdef01234567",
            GITHUB_REF_NAME="main",
            GITHUB_RUN_ID="42",
            **variables,
        )
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(file)]
        done = subprocess.run(command, cwd=self.checkout, env=env, capture_output=True, text=True, timeout=600)
        self.printed += done.stdout + done.stderr
        return done.returncode

    def _action(self, step: Mapping[str, Any]) -> int:
        action, given = step["uses"].partition("@")[0], step.get("with", {})
        outputs = self.outputs.setdefault(step.get("id", ""), {})
        if action == "actions/cache":
            assert given["path"] == "~/leafgrad"
            outputs["cache-hit"] = "true" if self.cached else ""
            if self.cached:
                python = self.home / "leafgrad" / "bin" / "python"
                python.parent.mkdir(parents=True, exist_ok=True)
                python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
                python.chmod(0o755)
        elif action == "actions/setup-python":
            outputs["python-version"] = given["python-version"]
        elif action == "actions/upload-artifact":
            self.artifact.mkdir()
            shutil.copy(self.checkout / given["path"], self.artifact)
        else:
            assert action == "actions/checkout"
        return 0
