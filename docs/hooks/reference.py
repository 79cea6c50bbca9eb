"""The pages of reference, made from the code: commands from typer, course.yml and reports from pydantic."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from typing import Any

import typer.main
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from graders.cli.app import app
from graders.course.course import Course
from graders.report import Report


def commands() -> str:
    """Return the page of the commands."""
    root = typer.main.get_command(app)
    lines = ["# Commands", "", root.help or "", ""]
    lines += [
        "Exit code 0: all is good. 1: it ran, and something is not passed or not good. 2: it could not run; one",
        "sentence says why and what to do, and `leafgrad --debug …` shows the traceback.",
        "",
    ]
    for name, command in _leaves(root, "leafgrad"):
        lines += [f"## {name}", "", inspect.cleandoc(command.help or ""), ""]
        arguments = [_metavar(one) for one in command.params if one.param_type_name == "argument"]
        lines += ["```console", " ".join(["$", name, *arguments, "[OPTIONS]"]), "```", ""]
        rows = [_row(one) for one in command.params if one.name != "help" and not getattr(one, "hidden", False)]
        if rows:
            lines += ["| | | default |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def course_file() -> str:
    """Return the page of course.yml."""
    head = [
        "# course.yml",
        "",
        "The file that makes a folder a course. A command finds it in the folder where it runs or in the nearest one "
        "above it; `--course` names another. A wrong key or value is one sentence with file, line and key.",
        "",
    ]
    return "\n".join(head + list(_models(Course, hide={"path"})))


def reports() -> str:
    """Return the page of the report and of the functions that return one."""
    head = [
        "# Reports and Python",
        "",
        "```python",
        "from graders import check, grade, load_course",
        "",
        'report = check("ex02_closures.mul")                          # the files in exercises/',
        'report = grade({"ex02_closures.py": source}, key="secret")   # bytes from anywhere',
        "print(report.score, report.max_score, report.exercises[0].concepts[0].status)",
        "```",
        "",
        'In a notebook: `from graders.notebook import points`, and `points("ex02_closures.mul")` as the last line of a '
        "graded cell.",
        "",
        "`leafgrad grade` writes each report as JSON, `leafgrad check --json` prints one. The package holds the schema "
        "of `leafgrad/report/v1` as `graders/report.schema.json`.",
        "",
    ]
    return "\n".join(head + list(_models(Report)))


def _leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Return each command that does something, with its whole name."""
    if hasattr(command, "commands"):
        for word, one in command.commands.items():
            yield from _leaves(one, f"{name} {word}")
    else:
        yield name, command


def _metavar(argument: Any) -> str:
    name = (argument.metavar or argument.name.upper()).strip("[]") + (" ..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _row(parameter: Any) -> str:
    option = parameter.param_type_name == "option"
    name = ", ".join(parameter.opts) if option else _metavar(parameter)
    default = parameter.default
    if not getattr(parameter, "show_default", True) or default in (None, False, ()) or parameter.required:
        default = "required" if parameter.required and option else ""
    if parameter.name == "jobs":
        default = "the number of processors"
    return f"| `{name}` | {_cell(parameter.help or '')} | {_cell(str(default))} |"


def _models(model: type[BaseModel], hide: set[str] = frozenset()) -> Iterator[str]:  # type: ignore[assignment]
    """Return a section for a model and for each model that it is made of, in the order in which they are met."""
    waiting, met = [model], {model}
    while waiting:
        one = waiting.pop(0)
        says = inspect.cleandoc(one.__doc__ or "").replace("Attributes:\n", "\n")
        yield from [f"## {one.__name__}", "", *_prose(says), "", "| key | type | default |", "|---|---|---|"]
        for name, field in one.model_fields.items():
            if name in hide or field.exclude:
                continue
            yield f"| `{name}` | {_cell(_type(field.annotation, field))} | {_default(field)} |"
            for found in _inside(field.annotation):
                if found not in met:
                    met.add(found)
                    waiting.append(found)
        yield ""


def _prose(docstring: str) -> list[str]:
    """Return a docstring as Markdown; indented `name: text` lines become a list."""
    lines = docstring.splitlines()
    return [
        f"- `{key}`:{text}"
        if (key := line.strip().partition(":")[0])
        and line.startswith("    ")
        and not line.startswith("     ")
        and (text := line.partition(":")[2])
        else line.strip()
        for line in lines
    ]


def _inside(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _inside(part)]


def _type(annotation: Any, field: FieldInfo | None = None) -> str:
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        text = _type(parts[0])
    elif origin is typing.Literal:
        text = " or ".join(f"`{part}`" for part in parts)
    elif origin in (list, tuple):
        text = f"list of {_type(parts[0])}"
    elif origin is dict:
        text = f"mapping of {_type(parts[0])} to {_type(parts[1])}"
    elif parts:
        text = " or ".join("nothing" if part is type(None) else _type(part) for part in parts)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        text = f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    else:
        text = {"str": "text", "datetime": "time, ISO 8601", "float": "number", "int": "integer"}.get(
            getattr(annotation, "__name__", ""), getattr(annotation, "__name__", "any value")
        )
    bounds = [_bound(one) for one in field.metadata] if field else []
    return ", ".join([text, *filter(None, bounds)])


def _bound(rule: Any) -> str:
    words = {
        "gt": "more than",
        "ge": "at least",
        "lt": "less than",
        "le": "at most",
        "min_length": "at least",
        "max_length": "at most",
    }
    for name, word in words.items():
        if (value := getattr(rule, name, None)) is not None:
            return f"{word} {value}" + (" long" if name.endswith("length") else "")
    return ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return "its defaults"
    return "" if value in (None, (), [], {}, "") else f"`{value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
