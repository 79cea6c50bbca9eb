"""Every command prints on every terminal: no encoding, locale or pipe keeps a score from being shown."""

import io
import json
import os
import subprocess
import sys

import pytest

from graders.cli import main

BARE = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": ""}
TERMINALS = [{"PYTHONIOENCODING": name} for name in ("latin-1", "ascii", "cp1252", "cp437")] + [BARE]


def run(root, environment, *arguments):
    command = [sys.executable, "-m", "graders.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, cwd=root, env=os.environ | environment)


@pytest.mark.parametrize("environment", TERMINALS, ids=lambda given: given["PYTHONIOENCODING"] or "C")
def test_check_ends_with_its_score_on_every_terminal(root, store, environment):
    store.prepare(["ex01_finite_differences"])
    done = run(root, environment, "check", "ex01")
    assert done.returncode == 1 and not done.stderr
    assert b"0/8 concepts, 0/13 points" in done.stdout


@pytest.fixture
def printed(root, monkeypatch):
    """Run a command in this process, with standard output and error in an encoding; return code and both texts."""

    def run(encoding, *arguments):
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2)]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        with pytest.raises(SystemExit) as end:
            main([*map(str, arguments)])
        return end.value.code, *(stream.buffer.getvalue().decode(encoding) for stream in streams)

    return run


@pytest.fixture
def wrong(tmp_path, solutions):
    """A folder with one wrong answer, whose author writes words that no small encoding has."""
    source = solutions["ex02_closures.py"].decode()
    source = source.replace("self.grad += other.data * out.grad", 'raise KeyError("größe 勾配 \u202e")')
    (tmp_path / "ex02_closures.py").write_text(source, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252"])
def test_other_commands_print_as_well(printed, root, wrong, encoding, tmp_path):
    course = ("--course", root)
    for code, arguments in [
        (0, ("hint", "ex02.mul", *course)),
        (1, ("show", "ex02.mul", "--dir", wrong, *course)),
        (1, ("check", "ex02", "--dir", wrong, *course)),
        (0, ("--help",)),
        (0, ("grade", "--help")),
        (2, ("check", "ex99 → ✗", *course)),
        (2, ("check", "--dir", tmp_path / "nirgends ✗", *course)),
    ]:
        ended, out, err = printed(encoding, *arguments)
        assert ended == code, (arguments, out, err)
        assert "UnicodeEncodeError" not in out + err and out + err


def test_what_cannot_be_printed_is_spelled(printed, root, wrong):
    _, out, _ = printed("ascii", "check", "ex02.mul", "--dir", wrong, "--course", root)
    assert "x a * b" in out and "\\u52fe\\u914d" in out and "gr\\xf6\\xdfe" in out
    _, out, _ = printed("utf-8", "check", "ex02.mul", "--dir", wrong, "--course", root)
    assert "✗ a * b" in out and "größe 勾配" in out


def test_json_loses_nothing_on_a_small_terminal(printed, root, wrong):
    reports = [
        printed(e, "check", "ex02.mul", "--json", "--dir", wrong, "--course", root)[1] for e in ("ascii", "utf-8")
    ]
    assert json.loads(reports[0]) == json.loads(reports[1]) and "größe 勾配" in str(json.loads(reports[0]))


def test_a_name_that_is_no_text_is_printed(printed, root, wrong):
    """A file name on disk may hold bytes that are no UTF-8; Python has lone surrogates for them."""
    code, _, err = printed("utf-8", "check", "--dir", f"{wrong}/na\udcffme", "--course", root)
    assert code == 2 and "na\\udcffme" in err
