"""The command line as a person meets it: exit codes, sentences, no tracebacks."""

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture
def leafgrad(root, store):
    store.prepare(["ex02_closures"])

    def run(*arguments, cwd=root, **environment):
        command = [sys.executable, "-m", "graders.cli", *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=cwd, env=os.environ | {"COLUMNS": "100"} | environment
        )
        assert "Traceback" not in done.stderr + done.stdout or "--debug" in arguments
        return done

    return run


def test_all_good_is_exit_0(leafgrad):
    done = leafgrad("check", "ex02", "--dir", "solutions")
    assert done.returncode == 0 and "All of it passes." in done.stdout


def test_not_passed_is_exit_1_and_says_what_is_next(leafgrad):
    done = leafgrad("check", "ex02.mul")
    assert done.returncode == 1 and "leafgrad hint ex02_closures.mul" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "ex99"), "no exercise 'ex99'"),
        (("check", "ex02.mull"), "no concept 'mull'"),
        (("check", "--dir", "nowhere"), "nowhere"),
        (("check", "--course", "nowhere.yml"), "nowhere.yml"),
        (("grade", "nowhere", "--out", "x"), "There is no nowhere"),
        (("grade", "exercises", "--out", "exercises/"), "reports in it would be taken for students. Change --out."),
        (("hint", "ex02.mul", "--course", "exercises/README.md"), "README.md"),
        (("frobnicate",), "frobnicate"),
    ],
)
def test_trouble_is_exit_2_with_a_sentence(leafgrad, arguments, said):
    done = leafgrad(*arguments)
    assert done.returncode == 2 and said in done.stderr
    assert len(done.stderr.splitlines()) <= 6


@pytest.mark.parametrize("name", ["ex02", "ex02_closures.mul", "ex02.mul"])
def test_a_class_is_graded_on_what_only_names(leafgrad, tmp_path, solutions, name):
    (tmp_path / "in" / "ann").mkdir(parents=True)
    (tmp_path / "in" / "ann" / "ex02_closures.py").write_bytes(solutions["ex02_closures.py"])
    done = leafgrad("grade", tmp_path / "in", "--out", tmp_path / "out", "--only", name)
    report = json.loads((tmp_path / "out" / "reports" / "ann.json").read_text())
    assert done.returncode == 0 and report["score"] == report["max_score"] == (2.0 if "." in name else 22.0)


def test_a_broken_course_names_file_line_and_key(leafgrad, tmp_path, root):
    text = (root / "course.yml").read_text().replace("format: 1", "format: 1\ncolour: red", 1)
    (tmp_path / "course.yml").write_text(text)
    done = leafgrad("check", "--course", tmp_path)
    assert done.returncode == 2 and "line 2" in done.stderr and "colour" in done.stderr


def test_json_is_the_report(leafgrad):
    done = leafgrad("check", "ex02.add", "--dir", "solutions", "--json")
    report = json.loads(done.stdout)
    assert report["format"] == "leafgrad/report/v1" and report["score"] == report["max_score"] == 1.0


def test_hints_go_from_gentle_to_plain(leafgrad, course):
    texts = [leafgrad("hint", "ex02.mul", "--level", level).stdout for level in (1, 2, 3)]
    assert len(set(texts)) == 3
    concept = course.concept("ex02.mul")[1]
    assert texts[0].startswith(f"ex02_closures.mul: {concept.title}\n\n{concept.hints[0]}\n")
    assert "--level 2" in texts[0] and "--level" not in texts[2]


def test_show_gives_the_smallest_case_and_where_the_two_part(leafgrad, tmp_path, solutions):
    wrong = solutions["ex02_closures.py"].replace(
        b"self.grad += other.data * out.grad", b"self.grad = other.data * out.grad"
    )
    (tmp_path / "ex02_closures.py").write_bytes(wrong)
    done = leafgrad("show", "ex02.mul", "--dir", tmp_path)
    assert "Smallest failing case" in done.stdout and "they part here" in done.stdout and "out = a * b" in done.stdout


def test_reset_keeps_the_students_version(leafgrad, tmp_path, root):
    (tmp_path / "ex02_closures.py").write_text("mine\n")
    done = leafgrad("reset", "ex02", "--dir", tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "ex02_closures.py").read_bytes() == (root / "exercises" / "ex02_closures.py").read_bytes()
    assert [path.read_text() for path in tmp_path.glob("*.bak")] == ["mine\n"]


def test_version(leafgrad):
    import graders

    assert leafgrad("--version").stdout.strip() == f"leafgrad {graders.__version__}"


@pytest.mark.parametrize("theirs", ["", "VERSION = 1\n", None])
def test_another_package_named_graders_is_a_sentence(root, tmp_path, theirs):
    """In front of leafgrad's own, or written over it; without an `__init__.py` too, where ours is not installed."""
    place = tmp_path / "theirs" / "graders"
    place.mkdir(parents=True)
    if theirs is not None:
        (place / "__init__.py").write_text(theirs + "raise RuntimeError('imported')\n")
    (tmp_path / "leafgrad.py").write_bytes((root / "leafgrad.py").read_bytes())
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "theirs")}
    command = [sys.executable, "-S", "-m", "leafgrad", "check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == 2 and "another package named graders" in done.stderr and str(place) in done.stderr
    assert "Traceback" not in done.stderr and "pipx install leafgrad" in done.stderr


def test_the_module_is_the_command(root):
    done = subprocess.run([sys.executable, "-m", "leafgrad", "--version"], capture_output=True, text=True, cwd=root)
    assert done.returncode == 0 and done.stdout.startswith("leafgrad 0.")
