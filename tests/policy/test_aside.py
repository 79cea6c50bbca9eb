"""Work beside other work: what it could not do, and what happens where it cannot be forked."""

import os
import threading

import pytest

from graders.grading.aside import aside
from graders.grading.faults import Fault

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="This system does not fork.")


def said():
    return [("x" * 1_000_000, Fault(str(os.getpid()), "trace \udc80"))]


@needs_fork
def test_it_is_done_in_another_process_and_its_faults_come_back(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    ((name, fault),) = aside(said)()
    assert len(name) == 1_000_000 and fault.why != str(os.getpid()) and fault.trace == "trace \udc80"


@needs_fork
def test_a_worker_that_dies_costs_time_and_no_result(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    here = os.getpid()
    assert aside(lambda: os._exit(9) if os.getpid() != here else said())() == said()
    with pytest.raises(ZeroDivisionError):
        aside(lambda: [1 / 0])()


def test_without_a_second_core_or_with_threads_it_is_done_when_it_is_waited_for(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    done = []
    wait = aside(lambda: done.append(1) or [])
    assert not done and wait() == [] and done == [1]
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    held = threading.Event()
    thread = threading.Thread(target=held.wait)
    thread.start()
    wait = aside(said)
    held.set()
    thread.join()
    assert wait() == said()
