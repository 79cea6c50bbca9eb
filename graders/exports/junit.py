"""JUnit's XML, which build servers show: a suite for each student, a test for each concept.

Source: the schema of Jenkins' xUnit plugin (junit-10.xsd) and pytest's own junitxml plugin.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from graders.render.fragment import concept_text
from graders.render.summary import points_line, shortfalls
from graders.report import Report
from graders.text import plain

_ELEMENT = {"failed": "failure", "not_started": "failure", "skipped": "skipped"}
"""Status to the element that tells it; a passed concept has none, all others are errors."""


def junit(reports: Sequence[Report]) -> bytes:
    """Return the XML document, UTF-8."""
    root = ET.Element("testsuites", name=reports[0].course)
    for report in reports:
        _suite(root, report)
    for element in (root, *root.findall("testsuite")):
        for kind in ("tests", "failures", "errors", "skipped"):
            element.set(kind, str(_count(element, kind)))
    ET.indent(root)
    found: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"


def _suite(root: ET.Element, report: Report) -> None:
    student = plain(report.student_id)
    suite = ET.SubElement(root, "testsuite", name=student)
    if report.submitted_at:
        suite.set("timestamp", report.submitted_at)
    properties = ET.SubElement(suite, "properties")
    for name in ("score", "max_score", "key_id", "grader_version", "submission_sha256"):
        ET.SubElement(properties, "property", name=name, value=str(getattr(report, name)))
    said_of = {(exercise.id, concept.id): said for exercise, concept, said, _ in shortfalls(report)}
    for exercise, concept in report.concepts():
        case = ET.SubElement(suite, "testcase", classname=f"{student}.{exercise.id}", name=concept.id)
        if concept.status != "passed":
            kind = _ELEMENT.get(concept.status, "error")
            said = ET.SubElement(case, kind, message=plain(f"{concept.title}: {said_of[exercise.id, concept.id]}"))
            if kind != "skipped":
                said.set("type", concept.status)
                said.text = concept_text(exercise.id, concept)
    ET.SubElement(suite, "system-out").text = "\n".join([points_line(report), *map(plain, report.notes)])


def _count(element: ET.Element, kind: str) -> int:
    tag = {"tests": "testcase", "failures": "failure", "errors": "error"}.get(kind, kind)
    return sum(1 for _ in element.iter(tag))
