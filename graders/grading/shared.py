"""Reading and writing the reports of a class: what students have in common is read once and written once.

Most of a report is the results of concepts, and most of these are, byte for byte, those of other students: whoever
passes has the same. So a file is cut at its concepts, and each text is validated once. What is read and what is written
is the same as without cutting; but a concept that reports share is one object, and nobody may change it.
"""

from __future__ import annotations

from pydantic import ValidationError

from graders.report import ConceptResult, Report

_EMPTY = b'"concepts": []'
_BEGIN, _BETWEEN, _END = b'"concepts": [\n    {\n', b"\n    },\n    {\n", b"\n    }\n   ]"
"""Around the concepts of an exercise in a file of ours. Texts in JSON hold no line ends, so none stands elsewhere."""


class Reader:
    """Reads the reports of a class."""

    def __init__(self) -> None:
        self._known: dict[bytes, ConceptResult] = {}

    def load(self, data: bytes) -> Report:
        """Return a report from the bytes of its file.

        Raises:
            ValidationError: it is none.
        """
        try:
            cut = self._cut(data)
        except ValidationError:
            cut = None
        return Report.model_validate_json(data) if cut is None else cut

    def _cut(self, data: bytes) -> Report | None:
        """Return a report that is put together from its concepts; None where the file is not laid out as ours are."""
        head, *rest = data.split(_BEGIN)
        parts = [part.partition(_END) for part in rest]
        bare = Report.model_validate_json(_EMPTY.join([head, *(after for _, _, after in parts)]))
        if len(parts) != len(bare.exercises) or not all(end for _, end, _ in parts):
            return None
        for exercise, (concepts, _, _) in zip(bare.exercises, parts, strict=True):
            exercise.concepts = [self._concept(text) for text in concepts.split(_BETWEEN)]
        return bare

    def _concept(self, text: bytes) -> ConceptResult:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = ConceptResult.model_validate_json(b"{" + text + b"}")
        return known


class Writer:
    """Makes the files of reports."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[ConceptResult, bytes]] = {}

    def dump(self, report: Report) -> bytes:
        """Return the bytes of a report's file, those of `report.model_dump_json(indent=1)`."""
        exercises = [one.model_copy(update={"concepts": []}) for one in report.exercises]
        bare = report.model_copy(update={"exercises": exercises})
        head, *rest = bare.__pydantic_serializer__.to_json(bare, indent=1).split(_EMPTY)
        parts = [head]
        for exercise, after in zip(report.exercises, rest, strict=True):
            concepts = _BETWEEN.join([self._text(concept) for concept in exercise.concepts])
            parts += (_BEGIN, concepts, _END, after) if concepts else (_EMPTY, after)
        return b"".join(parts)

    def _text(self, concept: ConceptResult) -> bytes:
        if id(concept) not in self._known:
            lines = concept.__pydantic_serializer__.to_json(concept, indent=1)[2:-2]
            self._known[id(concept)] = concept, b"    " + lines.replace(b"\n", b"\n    ")  # to keep it keeps its id
        return self._known[id(concept)][1]
