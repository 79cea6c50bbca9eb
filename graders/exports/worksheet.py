"""The columns of Moodle's grading worksheet, in whatever language Moodle wrote it.

Source: Moodle itself (mod/assign/gradingtable.php, and the language packs of mod_assign). The first column is the
identifier, a word and a number; Maximum Grade stands behind Grade, and behind it the column of yes and no that says
whether a grade can be changed. So a language that is not in the tables below is read by what the cells hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graders.errors import UsageError
from graders.exports.graded import amount_in
from graders.exports.sheet import Sheet

_GRADE = ("grade", "bewertung", "note", "calificación", "valutazione", "voto", "cijfer", "beoordeling", "nota",
          "avaliação", "qualificació", "ocena", "оценка", "not")  # fmt: skip
_MOST = ("maximum grade", "bestwertung", "note maximale", "calificación máxima", "valutazione massima",
         "maximumcijfer", "maximale beoordeling", "nota máxima", "avaliação máxima")  # fmt: skip
_MAIL = ("email address", "e-mail address", "e-mail-adresse", "adresse de courriel", "dirección de correo",
         "dirección email", "correo electrónico", "indirizzo email", "e-mailadres", "endereço de email",
         "endereço de e-mail")  # fmt: skip
_LOGIN = ("username", "anmeldename", "nom d'utilisateur", "nombre de usuario", "gebruikersnaam",
          "nome utente", "nome de utilizador", "nome de usuário", "identificação de usuário")  # fmt: skip
_NUMBER = ("id number", "id-nummer", "matrikelnummer", "numéro d'identification", "número de id", "numero id",
           "codice identificativo", "idnummer", "número de identificação", "número id")  # fmt: skip
_COMMENTS = ("feedback comments", "feedback als kommentar", "feedback par commentaires",
             "comentarios de retroalimentación", "commenti di feedback", "commenti", "feedback via opmerkingen",
             "comentários de feedback", "comentários do feedback")  # fmt: skip
_YES = frozenset({
    "yes", "ja", "oui", "sí", "si", "sì", "sim", "tak", "ano", "áno", "da", "да", "так", "ναι", "evet", "igen", "jah",
    "jā", "taip", "kyllä", "はい", "是", "예", "نعم", "כן",
})  # fmt: skip
_NO = frozenset({
    "no", "nein", "non", "não", "nee", "nie", "ne", "nej", "nei", "ні", "нет", "не", "όχι", "hayır", "nem", "ei", "nē",
    "いいえ", "否", "아니오", "아니요", "لا", "לא",
})  # fmt: skip
_IDENTIFIER = re.compile(r"\D*\d+\s*")


@dataclass(frozen=True)
class Columns:
    """Places of the columns; None for one that is not there.

    Attributes:
        identifier: A word and the number of a participant.
        grade: The cells to fill.
        most: Full points.
        locked: Yes where the grade can be changed.
        comments: Feedback comments.
        mail: Mail addresses.
        texts: Columns that may hold our ids.
        by_cells: Whether grade or comments were found by what the cells hold.
    """

    identifier: int
    grade: int
    most: int | None
    locked: int | None
    comments: int | None
    mail: int | None
    texts: tuple[int, ...]
    by_cells: bool

    def may_change(self, row: Sequence[str]) -> bool:
        """Return whether Moodle takes a grade for a row."""
        return self.locked is None or row[self.locked].strip().casefold() not in _NO


def columns_of(sheet: Sheet) -> Columns:
    """Return the columns of a worksheet.

    Raises:
        UsageError: it is none.
    """
    names = [cell.strip().casefold() for cell in sheet.header]
    most = _named(names, _MOST)
    by_cells = most is None and _named(names, _GRADE) is None
    if by_cells:
        most = next(iter(_alike(sheet)), None)
    grade = most - 1 if most else _named(names, _GRADE)
    if most and (named := _named(names, _GRADE)) is not None:
        grade = named
    identified = [row[0] for row in sheet.rows if row[0].strip()]
    dated = len(names) > (grade or 0) + 2  # the time of the grade, by which Moodle sees what was graded meanwhile
    if not grade or not dated or not all(map(_IDENTIFIER.fullmatch, identified)):
        raise UsageError(
            f"{sheet.name} is not a grading worksheet of Moodle: it has no column of identifiers, or no grades.",
            "In Moodle: View all submissions, Download grading worksheet.",
        )
    locked = next((place for place in range((most or grade) + 1, len(names)) if _is_yes_or_no(sheet, place)), None)
    comments = _named(names, _COMMENTS)
    if comments is None and by_cells and locked is not None and len(names) > locked + 3:
        comments = len(names) - 1
    mail = _named(names, _MAIL)
    if mail is None:
        mail = next((place for place in range(1, grade) if _all_cells(sheet, place, "@")), None)
    texts = [place for one in (_LOGIN, _NUMBER) if (place := _named(names, one)) is not None]
    if by_cells:
        texts = [place for place in range(2, grade) if place != mail]
    ours = (*texts, *([] if mail is None else [mail]))
    return Columns(0, grade, most, locked, comments, mail, ours, by_cells)


def _named(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


def _alike(sheet: Sheet) -> Iterator[int]:
    """Yield the columns, behind the names, of which all cells hold the same number."""
    for place in range(2, len(sheet.header)):
        amounts = {amount_in(row[place]) for row in sheet.rows}
        if len(amounts) == 1 and amounts.pop():
            yield place


def _is_yes_or_no(sheet: Sheet, place: int) -> bool:
    cells = {row[place].strip().casefold() for row in sheet.rows}
    return bool(cells) and cells <= _YES | _NO


def _all_cells(sheet: Sheet, place: int, mark: str) -> bool:
    cells = [row[place] for row in sheet.rows if row[place].strip()]
    return bool(cells) and all(mark in cell for cell in cells)
