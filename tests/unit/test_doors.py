"""The rules of the rooms: who may import what."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import graders
from graders.players import tensor
from graders.spec import load_spec

PACKAGE = Path(graders.__file__).parent
MODULES = {
    ".".join(("graders", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imports(path: Path) -> set[str]:
    """Return the top-level names of every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def needed(path: Path) -> set[str]:
    """Return the modules of the package that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in inner}
    return found & MODULES.keys()


def importers(module: str) -> set[str]:
    """Return the files of the package, relative, that import `module`."""
    return {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if module in imports(path)}


def outside(module: str, *rooms: str) -> set[str]:
    return {name for name in importers(module) if not name.startswith(rooms)}


def test_torch_is_imported_only_where_truth_or_players_need_it():
    assert not outside("torch", "oracles/", "players/", "sandbox/", "notebook/")


def test_hypothesis_is_imported_only_where_cases_are_drawn():
    assert not outside("hypothesis", "strategies/", "banks/generate.py", "judging/shrink.py")


def test_nbgrader_is_imported_only_in_the_notebook_room():
    assert not outside("nbgrader", "notebook/")


def test_pytest_is_imported_only_by_its_plugin():
    assert importers("pytest") == {"pytest_plugin.py"}


def test_dask_is_imported_only_where_a_cluster_grades():
    assert importers("distributed") | importers("dask") == {"grading/executors/cluster.py"}


def test_nothing_is_ever_unpickled():
    for module in ("pickle", "dill", "cloudpickle", "shelve", "marshal"):
        assert not importers(module)


def test_declarations_are_plain_data():
    for path in (PACKAGE / "concepts").glob("*.py"):
        assert not imports(path) & {"torch", "hypothesis", "numpy"}, path.name


def test_the_players_that_see_students_objects_know_no_truth():
    for path in [*(PACKAGE / "players").glob("*.py"), PACKAGE / "sandbox" / "worker.py"]:
        source = path.read_text(encoding="utf-8")
        for room in ("oracles", "banks", "judging", "grading", "course"):
            assert f"graders.{room}" not in source, path.name


def loaded_for(*plays: str) -> set[str]:
    """Return the modules of ours that a worker has loaded for some plays on arrays."""
    code = (
        "import sys; from importlib import import_module; rooms = import_module('graders.players.tensor');"
        f"found = [getattr(rooms, play) for play in {plays!r}]; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name for name in done.stdout.split() if name.startswith("graders.")}


def test_a_worker_that_judges_closures_on_arrays_holds_no_rule_of_a_derivative():
    names = {play for kind, play in load_spec("ex04_tensor_closures").plays() if kind == "tensor"}
    loaded = loaded_for(*sorted(names))
    assert "graders.players.tensor_engine" in loaded
    assert not loaded & {f"graders.players.tensor_{what}" for what in ("rules", "reference", "losses")}
    assert not {name for name in loaded if name.startswith(("graders.exchange", "graders.banks.references"))}


def test_the_plays_of_losses_are_there_when_they_are_asked_for():
    names = sorted({play for _, play in load_spec("ex05_losses").plays()})
    assert "graders.players.tensor_reference" in loaded_for(*names)
    with pytest.raises(AttributeError, match="no attribute 'lost'"):
        _ = tensor.lost


def test_no_module_imports_itself_through_others():
    inner = {name: needed(path) for name, path in MODULES.items() if path != PACKAGE / "__init__.py"}  # hands names on
    order = TopologicalSorter(inner)
    try:
        order.prepare()
    except CycleError as circle:
        pytest.fail(" needs ".join(reversed(circle.args[1])))


def test_no_worker_holds_the_text_of_a_case():
    text = {name for name in MODULES if name.startswith("graders.snippets")}
    for room in ("cases", "players"):
        for path in (PACKAGE / room).glob("*.py"):
            assert not needed(path) & text, path


def test_there_is_no_star_import():
    for path in PACKAGE.rglob("*.py"):
        stars = [
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.alias) and node.name == "*"
        ]
        assert not stars, path


def loaded_by(*arguments: str) -> set[str]:
    """Return the top-level modules that a run of the command has loaded at its end."""
    code = (
        "import sys, atexit; atexit.register(lambda: print('LOADED', *sys.modules, file=sys.stderr));"
        f"sys.argv = ['leafgrad', *{list(arguments)!r}]; from graders.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent)
    line = next(line for line in done.stderr.splitlines() if line.startswith("LOADED"))
    return {name.partition(".")[0] for name in line.split()[1:]}


def test_help_loads_none_of_the_heavy_packages():
    assert not loaded_by("--help") & {"torch", "hypothesis", "nbgrader", "numpy", "pydantic", "jinja2", "yaml"}


@pytest.mark.parametrize(
    ("exercise", "heavy"),
    [("ex02_closures", {"torch", "hypothesis", "nbgrader", "numpy"}), ("ex06_graph_walkers", {"torch", "hypothesis"})],
)
def test_a_check_with_prepared_banks_loads_neither_torch_nor_hypothesis(store, exercise, heavy):
    store.prepare([exercise])
    assert not loaded_by("check", exercise, "--dir", "solutions") & heavy


@pytest.mark.parametrize("name", graders.__all__)
def test_public_names_are_there(name):
    assert getattr(graders, name).__doc__


def test_the_public_surface_is_pinned():
    assert graders.__all__ == ["Report", "check", "grade", "load_course"]
