"""`--executor dask://HOST:PORT` on a real cluster: a scheduler and its workers, each a process, on the loopback."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from graders.errors import EnvironmentTrouble
from graders.grading.batch import Batch, collect
from graders.grading.executors import executor_for
from graders.grading.executors.cluster import Cluster, Node, machine
from graders.grading.executors.local import Local
from graders.grading.executors.plan import Plan
from graders.sandbox.probe import Probed

ONLY = ["ex02_closures.add", "ex02_closures.mul"]
PATIENCE = 40.0


class RealCluster:
    """A dask scheduler and its workers, started as an instructor would start them."""

    def __init__(self, home, **environment):
        self._home = home
        self._file = home / "scheduler.json"
        self._open = ExitStack()
        self.scheduler = self._start("scheduler", "--scheduler-file", self._file, **environment)
        until(lambda: self._file.exists() and self._file.stat().st_size)
        self.address = json.loads(self._file.read_text())["address"]
        self.executor = self.address.replace("tcp://", "dask://")

    def worker(self, **environment):
        """Start a process with one thread, without a nanny, so that it is gone for good when it is killed."""
        folder = self._home / f"node{len(list(self._home.iterdir()))}"
        arguments = ["--nthreads", "1", "--no-nanny", "--local-directory", folder, self.address]
        return self._start("worker", *arguments, **environment)

    def mortal_worker(self):
        """Start a process under a nanny that replaces it, in which the grader ends it at one student."""
        arguments = ["--nthreads", "2", "--preload", Path(__file__).with_name("cluster_death.py")]
        return self._start("worker", *arguments, "--local-directory", self._home / "mortal", self.address)

    def close(self):
        self._open.close()

    def _start(self, what, *arguments, **environment):
        command = [sys.executable, "-m", "dask", what, "--host", "127.0.0.1", "--no-dashboard", *map(str, arguments)]
        command += ["--port", "0"] if what == "scheduler" else []
        with open(self._home / f"{what}.log", "ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | environment, cwd=self._home)
        self._open.callback(process.wait)
        self._open.callback(process.kill)
        return process


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def cluster(tmp_path, request):
    (tmp_path / "cluster").mkdir()
    running = RealCluster(tmp_path / "cluster", **getattr(request, "param", {}))
    yield running
    running.close()


@pytest.fixture
def students(tmp_path, solutions):
    right = solutions["ex02_closures.py"]
    wrong = right.replace(b"self.grad += other.data * out.grad", b"self.grad = other.data * out.grad")
    sources = {"amy": wrong, "ben": b"def broken(:\n", "kim": b"import os\nos._exit(0)\n"}
    sources |= {f"zoe{number}": right + f"# {number}\n".encode() for number in range(13)}
    for name, source in sources.items():
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "ex02_closures.py").write_bytes(source)
    return tmp_path / "class"


def command(students, out, root, *more):
    only = [part for name in ONLY for part in ("--only", name)]
    return [
        *(sys.executable, "-m", "graders.cli", "grade", str(students), "--out", str(out)),
        *(*only, "--course", str(root), *more),
    ]


def run(*arguments):
    done = subprocess.run(command(*arguments), capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"})
    assert "Traceback" not in done.stdout + done.stderr
    return done


def written(out):
    return {path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_a_cluster_writes_what_one_machine_writes_and_leaves_nothing(cluster, students, store, tmp_path, root):
    store.prepare(["ex02_closures"])
    nodes = [cluster.worker(), cluster.worker()]
    assert run(students, tmp_path / "here", root).returncode == 0
    done = run(students, tmp_path / "there", root, "--executor", cluster.executor)
    assert done.returncode == 0 and "16 graded." in done.stdout, done.stderr
    assert written(tmp_path / "there") == written(tmp_path / "here")
    assert not list((tmp_path / "cluster").rglob("*.bank"))
    assert all(node.poll() is None for node in nodes)


def test_a_machine_that_dies_costs_nothing(cluster, students, store, tmp_path, root):
    store.prepare(["ex02_closures"])
    first, _ = cluster.worker(), cluster.worker()
    assert run(students, tmp_path / "here", root).returncode == 0
    out = tmp_path / "there"
    batch = subprocess.Popen(
        command(students, out, root, "--executor", cluster.executor), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until(lambda: len(list(out.glob("reports/*.json"))) >= 2)
    first.kill()
    _, said = batch.communicate(timeout=PATIENCE)
    assert batch.returncode == 0, said.decode()
    assert written(out) == written(tmp_path / "here")


@pytest.mark.parametrize("cluster", [{"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}], indirect=True, ids=[""])
def test_a_hand_in_that_ends_every_process_stays_ungraded_and_its_neighbours_do_not(
    cluster, students, course, store, tmp_path
):
    """Dask gives up all that is with a process when it ends: those that did no harm get their report all the same."""
    store.prepare(["ex02_closures"])
    (students / "killer").mkdir()
    (students / "killer" / "ex02_closures.py").write_bytes((students / "zoe1" / "ex02_closures.py").read_bytes())
    cluster.mortal_worker()
    result = Batch(course, tmp_path / "out", store, ONLY, Cluster(cluster.address)).run(collect(students, course))
    assert result.ungraded == ["killer"] and len(result.reports) == 16
    (line,) = [one for one in result.attention if one.ours]
    assert line.why == "Every process of the cluster that graded it ended." and "killer.txt" in line.what
    assert not (tmp_path / "out" / "reports" / "killer.json").exists()


def test_a_cluster_that_has_lost_its_last_process_is_a_sentence(cluster, students, course, store, tmp_path):
    store.prepare(["ex02_closures"])
    only, out = cluster.worker(), tmp_path / "out"
    there = Batch(course, out, store, ONLY, Cluster(cluster.address, patience=6.0), done=lambda report: only.kill())
    with pytest.raises(EnvironmentTrouble, match="has no workers any more.*run the same command again"):
        there.run(collect(students, course))
    assert list(out.glob("reports/*.json"))


def test_a_scheduler_that_dies_is_a_sentence_and_what_is_finished_is_kept(cluster, students, course, store, tmp_path):
    store.prepare(["ex02_closures"])
    cluster.worker()
    out, finished = tmp_path / "out", []

    def kill_after_two(report):
        finished.append(report)
        if len(finished) == 2:
            cluster.scheduler.kill()

    there = Batch(course, out, store, ONLY, Cluster(cluster.address, patience=8.0), done=kill_after_two)
    with pytest.raises(EnvironmentTrouble, match="run the same command again"):
        there.run(collect(students, course))
    kept = len(list(out.glob("reports/*.json")))
    assert 2 <= kept < 16
    again = Batch(course, out, store, ONLY, Local(2)).run(collect(students, course))
    assert (again.reused, again.graded) == (kept, 16 - kept)


def test_a_machine_without_leafgrad_is_a_sentence(cluster, students, course, store, tmp_path):
    store.prepare(["ex02_closures"])
    (tmp_path / "graders.py").write_text("raise ModuleNotFoundError('No module named graders')\n")
    cluster.worker(PYTHONPATH=str(tmp_path))
    with pytest.raises(EnvironmentTrouble, match="cannot grade: .*No module named graders.*Install the same leafgrad"):
        Batch(course, tmp_path / "out", store, ONLY, Cluster(cluster.address)).run(collect(students, course))


def test_nobody_at_the_address_or_nobody_to_work_is_a_sentence(cluster):
    with pytest.raises(EnvironmentTrouble, match="has no workers. Where leafgrad is installed, run `dask worker tcp"):
        Cluster(cluster.address, patience=0.5).ready()
    cluster.scheduler.kill()
    cluster.scheduler.wait()
    with pytest.raises(EnvironmentTrouble, match="No dask scheduler answers"):
        Cluster(cluster.address, patience=0.5).ready()


@pytest.mark.parametrize(
    ("what", "said"),
    [("torch", "torch is 0.1, but "), ("walls", "no kernel walls")],
)
def test_a_machine_that_could_grade_otherwise_is_refused(course, store, tmp_path, monkeypatch, what, said):
    """A plugin's `setup` is called as dask calls it in its process."""
    node = Node(Plan(course, store, ONLY), [], allow_unsandboxed=False)
    if what == "torch":
        monkeypatch.setattr("graders.grading.executors.cluster.machine", lambda: machine() | {"torch": "0.1"})
    else:
        monkeypatch.setattr("graders.sandbox.probe.probe", lambda: Probed("portable", (), ()))
    with pytest.raises(EnvironmentTrouble, match=f"^{socket.gethostname()}: .*{said}"):
        node.setup(SimpleNamespace(local_directory=str(tmp_path)))
    node.teardown(SimpleNamespace(local_directory=str(tmp_path)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slurm://there:1", "no executor 'slurm://there:1'"),
        ("dask://there", "no executor"),
        ("dask://there:99999", "no executor"),
        ("dask://[::1", "no executor"),
    ],
)
def test_a_word_that_is_no_executor_is_a_sentence(students, tmp_path, root, text, said):
    done = run(students, tmp_path / "out", root, "--executor", text)
    assert done.returncode == 2 and said in done.stderr and "dask://HOST:PORT" in done.stderr


def test_executors_by_name():
    assert executor_for("local", 3) == Local(3)
    assert executor_for("dask://10.0.0.1:8786", 3, True) == Cluster("tcp://10.0.0.1:8786", True)
    assert executor_for("dask+tls://node:8786", 3) == Cluster("tls://node:8786")
