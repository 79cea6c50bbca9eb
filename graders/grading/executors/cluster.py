"""Grading on a dask cluster, when one machine is not enough.

A plugin, which dask hands to every process of the cluster, also to one that joins late or was restarted, gives it the
course and this run's banks as bytes; the key stays where the work comes from. After that a process gets hand-ins as
bytes and answers with reports as JSON, or with the text of a fault. All processes that dask's messages pass through are
the instructor's; the student's code runs below them, behind the same walls as in a local run.
"""

from __future__ import annotations

import hashlib
import logging
import platform
import shutil
import socket
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distributed import Client, Future, KilledWorker, Worker, WorkerPlugin, get_worker, wait

from graders.banks.fingerprint import package_fingerprint
from graders.banks.store import BankStore
from graders.course.course import Course
from graders.course.keys import sealed
from graders.errors import EnvironmentTrouble
from graders.grading.executors.plan import Outcomes, Plan
from graders.grading.executors.process import Crew
from graders.grading.faults import Fault, fault_of
from graders.grading.grade import Files
from graders.sandbox.probe import require_walls

if TYPE_CHECKING:
    from graders.submission import Submission

_AHEAD = 4
"""Hand-ins that are sent for each thread of the cluster, so that none waits for the next."""

_AGAIN = "Reports that are finished are kept: run the same command again to go on."


@dataclass(frozen=True)
class Cluster:
    """Grades on the processes of a dask cluster.

    Args:
        address: Of the scheduler, `"tcp://10.0.0.1:8786"` for example.
        allow_unsandboxed: Whether machines without kernel walls may take part.
        patience: Seconds to wait for the scheduler, for its first process, and for a connection that broke.
    """

    address: str
    allow_unsandboxed: bool = False
    patience: float = 30.0

    def ready(self) -> None:
        """Raise unless the scheduler answers and has a process; whether that has walls is found out in it."""
        with self._connected():
            pass

    def grade(self, plan: Plan, submissions: Sequence[Submission]) -> Outcomes:
        """Yield each submission with its report, as `Executor` says."""
        node = Node(plan, submissions, self.allow_unsandboxed)
        with self._connected() as client:
            try:
                client.register_plugin(node)
                yield from self._graded(client, node.name, submissions)
            finally:
                with suppress(Exception):
                    client.unregister_worker_plugin(node.name)

    def _graded(
        self, client: Client, node: str, submissions: Sequence[Submission]
    ) -> Iterator[tuple[Submission, bytes | Fault]]:
        """Yield what comes back, with every thread of the cluster busy; then, one by one, what failed.

        Several hand-ins are with a process when it ends, and dask gives all of them up. One by one, only that gets no
        report which ends the process.
        """
        suspected = []
        ahead = _AHEAD * max(1, sum(client.nthreads().values()))
        for submission, made in self._round(client, node, submissions, ahead):
            if isinstance(made, Fault):
                suspected.append(submission)
            else:
                yield submission, made
        yield from self._round(client, node, suspected, 1)

    def _round(
        self, client: Client, node: str, submissions: Sequence[Submission], ahead: int
    ) -> Iterator[tuple[Submission, bytes | Fault]]:
        """Yield what a process answered on each submission, a fault for one that none could answer.

        Args:
            ahead: Submissions that are with the cluster at the same time.
        """
        waiting = deque(submissions)
        sent: dict[Future, Submission] = {}
        while waiting or sent:
            while waiting and len(sent) < ahead:
                submission = waiting.popleft()
                sent[client.submit(grade_on_node, node, _plain(submission), pure=False)] = submission
            for future in self._finished(client, list(sent)):
                submission = sent.pop(future)
                try:
                    made: bytes | Fault = future.result()
                except CancelledError:  # the connection broke
                    raise
                except KilledWorker as killed:
                    made = Fault("Every process of the cluster that graded it ended.", f"{killed}\n")
                except Exception as error:
                    made = fault_of(error)
                yield submission, made

    def _finished(self, client: Client, futures: Sequence[Future]) -> Iterable[Future]:
        """Return the futures that are done, at least one.

        Raises:
            EnvironmentTrouble: the cluster has lost its last process, and none has come for a while.
        """
        alone = 0
        while alone < 2:
            with suppress(TimeoutError):
                done: Iterable[Future] = wait(futures, timeout=self.patience, return_when="FIRST_COMPLETED").done
                return done
            alone = 0 if client.nthreads() else alone + 1
        raise EnvironmentTrouble(f"The dask scheduler at {self.address} has no workers any more.", _AGAIN)

    @contextmanager
    def _connected(self) -> Iterator[Client]:
        """Yield a connection to a cluster that has at least one process.

        Raises:
            EnvironmentTrouble: nobody answers, nobody is there to work, or the connection broke in the block.
        """
        for logger in ("distributed", "distributed.client"):  # what matters of it is told in a sentence
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        try:
            client = Client(self.address, timeout=self.patience)
        except (OSError, TimeoutError) as error:
            raise EnvironmentTrouble(
                f"No dask scheduler answers at {self.address}: {error}.", "Start one with `dask scheduler`."
            ) from None
        try:
            try:
                client.wait_for_workers(1, timeout=self.patience)
            except TimeoutError:
                raise EnvironmentTrouble(
                    f"The dask scheduler at {self.address} has no workers.",
                    f"Where leafgrad is installed, run `dask worker {self.address}`.",
                ) from None
            yield client
        except (OSError, TimeoutError, CancelledError):
            raise EnvironmentTrouble(f"The connection to the dask scheduler at {self.address} broke.", _AGAIN) from None
        except EnvironmentTrouble:
            raise
        except Exception as error:  # dask tells as one what failed before our code began, an import for example
            raise EnvironmentTrouble(
                f"A machine of the cluster at {self.address} cannot grade: {error}.",
                "Install the same leafgrad on all of them, that of the scheduler included.",
            ) from error
        finally:
            with suppress(Exception):
                client.close()


class Node(WorkerPlugin):  # type: ignore[misc]
    """What a process of the cluster needs to grade a batch.

    Args:
        plan: What is graded with; its banks are on this machine's disk.
        submissions: Those that will be sent.
        allow_unsandboxed: Whether the process may grade without kernel walls.

    Raises:
        EnvironmentTrouble: the banks cannot be read.
    """

    def __init__(self, plan: Plan, submissions: Sequence[Submission], allow_unsandboxed: bool) -> None:
        self._course = plan.course.model_dump_json()
        self._key = None if plan.store.key_id == "public" else sealed(plan.store.key)
        self._rest: tuple[Any, ...] = (plan.only, plan.budget, plan.mode)
        self._banks = _banks(plan.store, plan.exercises(submissions))
        self._allow_unsandboxed = allow_unsandboxed
        self._machine = machine()
        self._crew: Crew | None = None
        whose = f"{socket.gethostname()}\0{plan.name}"  # a run that was killed is replaced by the next one
        self.name = "leafgrad-" + hashlib.sha256(whose.encode()).hexdigest()[:16]

    def setup(self, worker: Worker) -> None:
        """Prepare a process; called by dask in it.

        Raises:
            EnvironmentTrouble: its grades could differ from those of other machines, or it has no kernel walls.
        """
        with _in_the_name_of_this_machine():
            self._check()
            course = Course.model_validate_json(self._course)
            folder = self._folder(worker)
            folder.mkdir(parents=True, exist_ok=True)
            store = BankStore(course, self._key, folder)
            for exercise, data in self._banks.items():
                store.path(exercise).write_bytes(data)
            store.prepare(self._banks)
            self._crew = Crew(Plan(course, store, *self._rest))

    def teardown(self, worker: Worker) -> None:
        """End the workers that run students' code, and remove the banks; called by dask when the batch is over."""
        if self._crew:
            self._crew.close()
        shutil.rmtree(self._folder(worker), ignore_errors=True)

    def grade(self, files: Files) -> bytes | Fault:
        """Return the report on a hand-in as JSON, or the fault of this machine that prevents it."""
        assert self._crew, "dask sets a plugin up before it sends work"
        made = self._crew.grade(files)
        return replace(made, why=f"{socket.gethostname()}: {made.why}") if isinstance(made, Fault) else made

    def _check(self) -> None:
        """Raise unless reports from here equal those from elsewhere, and there are walls where they are asked for."""
        for name, found in machine().items():
            if found != self._machine[name]:
                raise EnvironmentTrouble(
                    f"{name} is {found}, but {self._machine[name]} where the work comes from.",
                    "Make them equal, so that every student is graded alike.",
                )
        require_walls(self._allow_unsandboxed)

    def _folder(self, worker: Worker) -> Path:
        return Path(worker.local_directory) / self.name


def grade_on_node(node: str, hand_in: Mapping[str, Any]) -> bytes | Fault:
    """Return what `Node.grade` does; runs in a process of the cluster."""
    plugin = get_worker().plugins[node]
    assert isinstance(plugin, Node)
    return plugin.grade(Files(**hand_in))


@contextmanager
def _in_the_name_of_this_machine() -> Iterator[None]:
    """Turn what goes wrong in a process of the cluster into a sentence that says on which machine."""
    try:
        yield
    except EnvironmentTrouble as trouble:
        raise EnvironmentTrouble(f"{socket.gethostname()}: {trouble}") from None
    except Exception as error:
        raise EnvironmentTrouble(f"{socket.gethostname()}: {type(error).__name__}: {error}.", _AGAIN) from error


def machine() -> dict[str, str]:
    """Return what must be equal on all machines for equal reports: name to version or digest."""
    packages = {name: version(name) for name in ("torch", "hypothesis", "numpy")}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python, **packages, "leafgrad": package_fingerprint()[:12]}


def _plain(submission: Submission) -> dict[str, Any]:
    """Return a submission as builtin values, as `Files` takes them."""
    return {
        "files": dict(submission.files),
        "student_id": submission.student_id,
        "submitted_at": submission.submitted_at,
        "notes": submission.notes,
        "problem": submission.problem,
        "only": submission.only,
        "along": submission.along,
    }


def _banks(store: BankStore, exercises: Iterable[str]) -> dict[str, bytes]:
    """Return the files of the exercises' banks."""
    found = {}
    for exercise in exercises:
        path = store.path(exercise)
        try:
            found[exercise] = path.read_bytes()
        except OSError as error:
            raise EnvironmentTrouble(
                f"The cases of {exercise} cannot be read from {path}: {error.strerror}.",
                "A cluster gets them from the cache: make its folder writable.",
            ) from None
    return found
