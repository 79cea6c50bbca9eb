"""A report as Markdown: the job summary of a build server, where GitHub shows it below the run.

What a student wrote is escaped for Markdown and for HTML. A summary has a bound: GitHub drops what is longer.
"""

from __future__ import annotations

import html
import re

from graders.render.concept import MARKS, plain, points
from graders.render.fragment import concept_text
from graders.render.summary import points_line, shortfalls
from graders.report import Report

MOST_BYTES = 900_000
"""Of a summary; GitHub takes 1 MiB for a step and shows nothing of a longer one."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$@:-])")
_LONGEST = 400


def job_summary(report: Report, most: int = MOST_BYTES) -> str:
    """Return the table of a report, and below it what is wrong with each concept, as far as `most` bytes allow."""
    said = {
        (exercise.id, concept.id): sentence or message for exercise, concept, message, sentence in shortfalls(report)
    }
    lines = [f"## {_cell(points_line(report))}", "", *(f"- {_cell(note)}" for note in report.notes), ""]
    lines += ["| | concept | points | |", "|---|---|--:|---|"]
    for exercise, concept in report.concepts():
        score = f"{points(concept.score)} / {points(concept.max_score)}"
        why = _cell(said.get((exercise.id, concept.id), ""))
        name = f"{_cell(concept.title)} <br> `{exercise.id}.{concept.id}`"
        lines.append(f"| {MARKS[concept.status][0]} | {name} | {score} | {why} |")
    whole = "\n".join([*lines, ""])
    for exercise, concept in report.concepts():
        if concept.status == "passed":
            continue
        text = html.escape(concept_text(exercise.id, concept), quote=False)
        part = f"\n<details><summary>{exercise.id}.{concept.id}</summary>\n\n<pre>{text}</pre>\n\n</details>\n"
        if len((whole + part).encode("utf-8", "backslashreplace")) > most:
            return f"{whole}\nThere is more than fits here: `leafgrad check` shows it.\n"
        whole += part
    return whole


def _cell(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", html.escape(plain(text, limit=_LONGEST), quote=False))
