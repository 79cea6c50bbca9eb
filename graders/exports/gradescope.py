"""Results for Gradescope: what an autograder leaves in /autograder/results/results.json.

Source: Gradescope's autograder specification. Every concept is a test with points of its own; Gradescope adds them up.
"""

from __future__ import annotations

import html
from typing import Any

from graders.render.fragment import concept_text
from graders.render.summary import points_line, reasons
from graders.report import ConceptResult, Report, final_of
from graders.text import plain

VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
"""When students see a test; where one is hidden they do not see their total either."""


def gradescope(report: Report, final: bool = False, visibility: str = "visible") -> dict[str, Any]:
    """Return the results of one student.

    Args:
        report: The report.
        final: Whether lateness is taken off: then `score` stands over the sum of the tests.
        visibility: When students see the tests, one of `VISIBILITIES`.
    """
    notes = [plain(note) for note in (reasons(report, late=final), *report.notes) if note]
    return {
        **({"score": final_of(report)} if final else {}),
        "output": "\n".join([points_line(report), *notes]),
        "output_format": "text",
        "test_output_format": "html",
        "tests": [
            {
                "name": plain(f"{exercise.id}.{concept.id}: {concept.title}"),
                "score": concept.score,
                "max_score": concept.max_score,
                "status": "passed" if concept.status == "passed" else "failed",
                "visibility": visibility,
                "tags": [exercise.id],
                "output": _shown(exercise.id, concept),
                "extra_data": {"status": concept.status},
            }
            for exercise, concept in report.concepts()
        ],
        "extra_data": {
            "leafgrad": {
                "grader_version": report.grader_version,
                "key_id": report.key_id,
                "isolation": report.isolation,
                "submission_sha256": report.submission_sha256,
            }
        },
    }


def _shown(exercise: str, concept: ConceptResult) -> str:
    """Return what is wrong with a concept, its table kept in columns; nothing when all is right."""
    text = "" if concept.status == "passed" else concept_text(exercise, concept)
    return f"<pre>{html.escape(text, quote=False)}</pre>" if text else ""
