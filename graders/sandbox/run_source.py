"""Running a student's source in a module: as a whole, without what the exercise refuses, or cell by cell.

A file runs as Python runs it. A statement at its outermost level that uses what the exercise does without is left out,
and the file is run again. In a notebook each statement runs by itself: one that fails is left out, the next one runs.
What was left out is told in a sentence.
"""

from __future__ import annotations
import __future__

import ast
import re
import sys
from types import CodeType, ModuleType
from typing import Any

from graders.players.subject import FAILED_CELLS
from graders.sandbox.refusal import Refused

_CELL = re.compile(rb"^# %% cell (?P<number>[^\n]{1,20})\n", re.MULTILINE)
_FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
_MOST_LEFT_OUT = 20
"""Statements of a file that may be left out before its refusal stands."""
_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def run(stem: str, source: bytes, module: ModuleType) -> list[str]:
    """Run a file, or all cells of a notebook, in `module`.

    Args:
        stem: Name of the file without its ending.
        source: Its content; the cells of a notebook lie one after the other, each behind a line `# %% cell N`.
        module: Fresh module of that name.

    Returns:
        Sentences that tell what was left out.

    Raises:
        BaseException: what the file raised.
    """
    if not is_notebook(source):
        return _run_file(stem, source, module)
    cells = Cells(stem, source, module)
    for position in range(len(cells)):
        cells.run(position)
    return cells.left_out


def is_notebook(source: bytes) -> bool:
    """Return whether a source consists of the cells of a notebook."""
    return bool(_CELL.match(source))


def compile_source(stem: str, source: bytes | ast.Module, suffix: str = ".py", flags: int = 0) -> CodeType:
    """Return the code of a student's file; its frames carry `<stem>.py` as file name.

    Args:
        stem: Name of the file.
        source: Its content.
        suffix: What follows the stem in the frames' file name.
        flags: Compiler flags of the `__future__` imports that hold already.

    Raises:
        SyntaxError: the file is no Python (a nul byte and an unknown encoding count as that).
    """
    try:
        code: CodeType = compile(source, f"{stem}{suffix}", "exec", flags, dont_inherit=True)
    except ValueError as error:  # nul bytes, in some versions
        raise SyntaxError(str(error)) from None
    return code


def _run_file(stem: str, source: bytes, module: ModuleType) -> list[str]:
    code = compile_source(stem, source)
    module.__file__ = f"{stem}.py"
    fresh = dict(vars(module))
    tree: ast.Module | None = None
    told: list[str] = []
    while True:
        try:
            exec(code, module.__dict__)
            return told
        except Refused as refused:
            tree = tree or ast.parse(source, f"{stem}.py")
            statement = _statement(tree, _outermost_line(refused, f"{stem}.py"))
            if statement is None or len(told) >= _MOST_LEFT_OUT:
                raise
            told.append(f"{stem}.py, line {statement.lineno} was left out: {refused}.")
            tree.body[tree.body.index(statement)] = ast.copy_location(ast.Pass(), statement)
            code = compile_source(stem, tree)
            vars(module).clear()
            vars(module).update(fresh)


def _outermost_line(error: BaseException, file: str) -> int:
    """Return the line of a file's outermost level that an exception went through, 0 when there is none."""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == file and code.co_name == "<module>":
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def _statement(tree: ast.Module, line: int) -> ast.stmt | None:
    """Return the statement of the outermost level that covers a line."""
    return next((one for one in tree.body if _first_line(one) <= line <= (one.end_lineno or 0)), None)


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", ())
    return min([statement.lineno, *(int(decorator.lineno) for decorator in decorators)])


class Cells:
    """The statements of a notebook, to be run one by one.

    What was imported from `__future__` holds for all that follow. Those that failed are noted in the module, see
    `graders.players.subject.Subject.get`.

    Args:
        stem: Name of the file without its ending.
        source: The cells.
        module: Where they run.

    Attributes:
        left_out: Sentences that tell what failed.
    """

    def __init__(self, stem: str, source: bytes, module: ModuleType) -> None:
        self.left_out: list[str] = []
        self._module = module
        self._flags = 0
        self._failed: list[tuple[str, BaseException]] = []
        self._statements: list[tuple[str, ast.stmt]] = []
        module.__dict__[FAILED_CELLS] = self._failed
        parts = _CELL.split(source)[1:]
        for number, text in zip(map(bytes.decode, parts[::2]), parts[1::2], strict=True):
            name = f"cell {number} of {stem}"
            try:
                self._statements += [(name, statement) for statement in _statements(name, text)]
            except BaseException as error:  # the whole cell is no Python
                self._note(name, text.decode("utf-8", "replace"), error)

    def __len__(self) -> int:
        return len(self._statements)

    def line(self, position: int) -> int:
        """Return the line in its cell where a statement begins, 0 behind the last one."""
        return self._statements[position][1].lineno if position < len(self._statements) else 0

    def run(self, position: int, refused: str = "") -> None:
        """Run a statement, or note why it is not to be run."""
        name, statement = self._statements[position]
        try:
            if refused:
                raise Refused(refused)
            code = compile_source(name, ast.Module([statement], []), ".ipynb", self._flags)
            self._flags |= code.co_flags & _FUTURE
            exec(code, self._module.__dict__)
        except BaseException as error:  # SystemExit and its kin end the statement as well, not the kernel
            self._note(f"{name}, line {statement.lineno}", ast.unparse(statement), error)

    def _note(self, place: str, text: str, error: BaseException) -> None:
        self._failed.append((text, error))
        self.left_out.append(f"{place[0].upper()}{place[1:]} was left out: {_says(error)}.")


def _statements(name: str, text: bytes) -> list[ast.stmt]:
    try:
        tree: Any = compile(text, f"{name}.ipynb", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except ValueError as error:
        raise SyntaxError(str(error)) from None
    return list(tree.body)


def _says(error: BaseException) -> str:
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException as trouble:  # __str__ is the student's code
        text = f"its message raised {type(trouble).__name__}"
    kind = "" if isinstance(error, Refused) else type(error).__name__
    return f"{kind}: {text}" if kind and text else kind or text


class GuardedImports:
    """Tells whether the import that runs now stands in a `try` whose handler expects it to fail.

    Args:
        sources: Frames' file name to source of the student's files.
    """

    def __init__(self, sources: dict[str, bytes]) -> None:
        self._sources = sources
        self._lines: dict[str, set[int]] = {}

    def __call__(self) -> bool:
        """Return it for the innermost frame of the student's."""
        frame: Any = sys._getframe()
        while frame is not None and frame.f_code.co_filename not in self._sources:
            frame = frame.f_back
        return frame is not None and frame.f_lineno in self._guarded(frame.f_code.co_filename)

    def _guarded(self, file: str) -> set[int]:
        if file not in self._lines:
            self._lines[file] = set()
            for node in ast.walk(ast.parse(self._sources[file])):
                if isinstance(node, ast.Try) and any(_expects_import_error(handler) for handler in node.handlers):
                    for one in node.body:
                        self._lines[file] |= set(range(one.lineno, (one.end_lineno or one.lineno) + 1))
        return self._lines[file]


def _expects_import_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in _IMPORT_ERRORS for node in ast.walk(handler.type))
