"""JUnit's XML, which build servers show: a suite for each student, a test for each concept.

Source: the schema of Jenkins' xUnit plugin (junit-10.xsd) and pytest's own junitxml plugin.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from graders.exports.graded import one_row
from graders.render.fragment import concept_text
from graders.render.summary import points_line, reasons, shortfalls
from graders.report import Report
from graders.submission.times import read_time
from graders.text import plain

_ELEMENT = {"failed": "failure", "not_started": "failure", "skipped": "skipped"}
"""Status to the element that tells it; a passed concept has none, all others are errors."""


def junit(reports: Sequence[Report], faults: list[str] | None = None) -> bytes:
    """Return the XML document, UTF-8.

    Args:
        reports: One for each student.
        faults: Sentences on suites that cannot be made are added here.
    """
    root = ET.Element("testsuites", name=plain(reports[0].course) if reports else "")
    for report in reports:
        with one_row(report, [] if faults is None else faults):
            root.append(_suite(report))
    for element in (root, *root.findall("testsuite")):
        for kind in ("tests", "failures", "errors", "skipped"):
            element.set(kind, str(_count(element, kind)))
    ET.indent(root)
    found: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"


def _suite(report: Report) -> ET.Element:
    student = plain(report.student_id)
    suite = ET.Element("testsuite", name=student)
    if report.submitted_at and read_time(report.submitted_at):
        suite.set("timestamp", report.submitted_at)
    properties = ET.SubElement(suite, "properties")
    for name in ("score", "max_score", "key_id", "grader_version", "submission_sha256"):
        ET.SubElement(properties, "property", name=name, value=plain(str(getattr(report, name))))
    if report.final is not None:
        ET.SubElement(properties, "property", name="final", value=str(report.final))
    said_of = {(exercise.id, concept.id): said for exercise, concept, said, _ in shortfalls(report)}
    for exercise, concept in report.concepts():
        case = ET.SubElement(suite, "testcase", classname=f"{student}.{plain(exercise.id)}", name=plain(concept.id))
        if concept.status != "passed":
            kind = _ELEMENT.get(concept.status, "error")
            said = ET.SubElement(case, kind, message=plain(f"{concept.title}: {said_of[exercise.id, concept.id]}"))
            if kind != "skipped":
                said.set("type", concept.status)
                said.text = plain(concept_text(exercise.id, concept), newlines=True)
    ET.SubElement(suite, "system-out").text = "\n".join(
        [points_line(report), *map(plain, filter(None, [reasons(report), *report.notes]))]
    )
    return suite


def _count(element: ET.Element, kind: str) -> int:
    tag = {"tests": "testcase", "failures": "failure", "errors": "error"}.get(kind, kind)
    return sum(1 for _ in element.iter(tag))
