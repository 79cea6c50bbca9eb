"""Where the submissions of a batch are graded: in threads of this process, or on a dask cluster.

plan      what every submission of a batch is graded with
local     threads of this process, each with workers of its own
cluster   the processes of a dask cluster (`--executor dask://HOST:PORT`)
process   the graders of a process, wherever it runs
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from graders.errors import EnvironmentTrouble, UsageError

if TYPE_CHECKING:
    from graders.grading.executors.plan import Outcomes, Plan
    from graders.submission import Submission

LOCAL = "local"
_PROTOCOLS = {"dask": "tcp", "dask+tls": "tls"}
"""Scheme of an executor to that of dask's addresses."""


class Executor(Protocol):
    """Grades submissions, several at a time."""

    def ready(self) -> None:
        """Return when students' code may run there.

        Raises:
            EnvironmentTrouble: it may not, or nobody is there.
        """

    def grade(self, plan: Plan, submissions: Sequence[Submission]) -> Outcomes:
        """Yield each submission with its report as soon as that is there, in any order.

        The report comes as JSON; in its place stands a fault where grading failed twice, and not by the hand-in.

        Args:
            plan: What they are graded with.
            submissions: What was handed in.

        Raises:
            EnvironmentTrouble: grading cannot go on; what was yielded stays true.
        """


def executor_for(text: str, jobs: int, allow_unsandboxed: bool = False) -> Executor:
    """Return the executor of a command line.

    Args:
        text: `"local"`, `"dask://HOST:PORT"`, or `"dask+tls://HOST:PORT"` for a scheduler whose certificates are in
            dask's own configuration.
        jobs: Submissions graded at the same time by the local one; a cluster has as many as it has threads.
        allow_unsandboxed: Whether a machine without kernel walls may run students' code.

    Raises:
        UsageError: the text is none of those.
        EnvironmentTrouble: dask is not installed.
    """
    if text == LOCAL:
        from graders.grading.executors.local import Local

        return Local(jobs, allow_unsandboxed)
    try:
        parts = urlsplit(text)
        known = parts.scheme in _PROTOCOLS and parts.hostname and parts.port and not parts.path.strip("/")
    except ValueError:
        known = False
    if not known:
        raise UsageError(f"There is no executor {text!r}.", "Give local, or dask://HOST:PORT of a dask scheduler.")
    try:
        from graders.grading.executors.cluster import Cluster
    except ImportError:
        raise EnvironmentTrouble(
            "Grading on a cluster needs the package distributed.", "Run: pip install 'leafgrad[cluster]'"
        ) from None
    return Cluster(f"{_PROTOCOLS[parts.scheme]}://{parts.netloc}", allow_unsandboxed)
