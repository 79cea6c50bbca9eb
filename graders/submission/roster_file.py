"""The roster of a course as a file.

students.csv beside course.yml, or `--roster FILE`: one row for each student. The first row names the columns, in any
order, as in most downloads of a class list:

id     the id by which leafgrad calls the student: id, student_id, SID, SIS User ID, OrgDefinedId, ID number, ...
name   one column, or first and last name
mail   a mail address
user   a user of this machine whose files count as the student's
login  another name of the student: username, login, SIS Login ID, netid, ...

A file without such a row holds the columns id and user. Nobody is lost: what cannot be understood in one way only is a
sentence with file and line, and the row counts as far as it can.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from graders.course.course import Course
from graders.csv_file import CsvFile, NoCsv, read_csv
from graders.errors import EnvironmentTrouble, UsageError
from graders.submission import owners
from graders.submission.roster import Person, Roster, composed, words_of
from graders.text import plain

STUDENTS = "students.csv"

_COLUMNS = {
    "id": ("id", "student id", "studentid", "student", "sid", "sis user id", "orgdefinedid", "id number", "idnumber",
           "student number", "student no", "matriculation number", "matrikelnummer", "matrikelnr", "matrikel",
           "numero etudiant", "matricola", "studentnummer", "matricule", "identifier"),
    "login": ("login", "username", "user name", "sis login id", "login id", "netid", "loginid", "benutzername",
              "anmeldename", "nutzername", "kennung", "nom d utilisateur", "nombre de usuario", "gebruikersnaam",
              "github", "github username", "identifiant", "alias", "aliases"),
    "user": ("user", "users", "owner", "unix user", "unix login", "unix", "uid", "account", "system user",
             "linux user"),
    "mail": ("mail", "email", "e mail", "email address", "e mail address", "mail address", "e mail adresse",
             "adresse de courriel", "correo", "correo electronico", "direccion de correo", "indirizzo email",
             "e mailadres", "courriel"),
    "name": ("name", "full name", "fullname", "student name", "names", "vollstandiger name", "nom complet",
             "nombre completo", "nome completo", "cognome e nome", "volledige naam", "naam", "nom et prenom"),
    "first": ("first name", "firstname", "first", "given name", "givenname", "vorname", "prenom", "nombre", "voornaam",
              "nome"),
    "last": ("last name", "lastname", "last", "surname", "family name", "nachname", "familienname", "nom", "apellido",
             "apellidos", "cognome", "achternaam", "sobrenome"),
}  # fmt: skip
_MEANS = {name: kind for kind, names in _COLUMNS.items() for name in names}


def course_roster(course: Course, file: Path | None = None) -> Roster | None:
    """Return the roster of a course; see `roster_of`."""
    return roster_of(course.folder / STUDENTS, file)


def roster_of(beside: Path, file: Path | None = None) -> Roster | None:
    """Return the roster of students.csv beside course.yml and of a file that was given; None without both.

    Raises:
        UsageError: a file cannot be read; names it.
        EnvironmentTrouble: files have no owners on this system, and the roster names users.
    """
    paths = [path for path in (beside, file) if path is not None and (path is file or path.is_file())]
    same = len(paths) == 2 and paths[1].exists() and paths[0].samefile(paths[1])
    return read_roster(*(paths[:1] if same else paths)) if paths else None


def read_roster(*paths: Path) -> Roster:
    """Return the roster that some files make together; the first one decides where they disagree.

    Raises:
        UsageError: a file cannot be read, or has no rows; names the line.
        EnvironmentTrouble: files have no owners on this system, and the roster names users.
    """
    people: dict[str, Person] = {}
    notes: list[str] = []
    for path in paths:
        try:
            file = read_csv(path)
        except NoCsv as error:
            raise UsageError(f"{error}.", "Give a CSV file with a row for each student.") from None
        except FileNotFoundError:
            raise UsageError(f"{plain(str(path))} cannot be read: there is no such file.", "Check the path.") from None
        notes += file.notes
        before = dict(people)
        for person in _people(file, notes):
            _add(people, person, notes)
        if before:
            notes += _only_in_one(before, people, file.shown)
        if not people:
            raise UsageError(f"{file.shown} holds no rows.", "Give a CSV file with a row for each student.")
    notes += _shared_addresses(people)
    roster = Roster(people, tuple(notes), tuple(plain(path.name) for path in paths))
    if roster.checks_owners and not owners.HAS_OWNERS:
        raise EnvironmentTrouble(
            "This system does not tell which user handed in a file, so a roster cannot be checked.",
            "Leave the column of users out of the roster, or grade where the files lie.",
        )
    return roster


def _people(file: CsvFile, notes: list[str]) -> Iterator[Person]:
    rows = list(file.rows)
    kinds = _kinds(rows[0][1]) if rows else []
    named = bool({"id", "login", "mail", "name", "last"} & set(kinds))
    if named:
        line, header = rows.pop(0)
        unused = [plain(cell) for cell, kind in zip(header, kinds, strict=True) if cell and not kind]
        if len(unused) == len(header) - 1 and "id" in kinds:
            notes.append(f"{file.at(line)}: of the columns only {plain(header[kinds.index('id')])} is understood.")
    else:
        kinds = ["id", "user"]
    for line, cells in rows:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for kind, cell in zip(kinds, cells, strict=False):
            if kind and cell:
                found[kind].append(cell)
        beyond = any(cells[len(kinds) :])
        if (beyond and not named) or (kinds == ["id", "user"] and not (found["id"] and found["user"])):
            raise UsageError(
                f"{file.at(line)}: a row is a student id and a user.",
                "Correct it, or write a first row that names the columns, and run again.",
            )
        if beyond:
            notes.append(f"{file.at(line)}: cells beyond the last column are not read. Put quotes around commas.")
        if person := _person(found, file.at(line), notes):
            yield person


def _kinds(header: Sequence[str]) -> list[str]:
    """Return what each column is; empty for one that says nothing of who somebody is."""
    names = [" ".join(words_of(cell)) for cell in header]
    kinds = [_MEANS.get(name, "") for name in names]
    if "student" in names and len({"sis user id", "sis login id", "id"} & set(names)) > 1:  # Canvas's gradebook
        kinds[names.index("student")] = "name"
        if "id" in names and "sis user id" in names:
            kinds[names.index("id")] = "login"
    if "nom" in names and "prenom" not in names:
        kinds[names.index("nom")] = "name"
    if "nombre" in names and not {"apellido", "apellidos"} & set(names):
        kinds[names.index("nombre")] = "name"
    if "nome" in names and not {"cognome", "sobrenome"} & set(names):
        kinds[names.index("nome")] = "name"
    return kinds


def _person(found: Mapping[str, list[str]], at: str, notes: list[str]) -> Person | None:
    """Return the student of a row; one without an id gets the login, the name of the mail box or the name for it."""
    name = " ".join(found["name"][:1] or [*found["first"][:1], *found["last"][:1]])
    mail = next(iter(found["mail"]), "")
    ids = [*found["id"], *found["login"]]
    if not ids:
        ids = [mail.partition("@")[0] or name]
        if not ids[0] or _is_no_student(name):
            return None
        notes.append(f"{at}: there is no id, so {composed(ids[0])} is used as the id.")
    if _is_no_student(name):
        return None
    student, *others = map(composed, ids)
    return Person(student, composed(name), composed(mail), tuple(others), tuple(found["user"]), at)


def _is_no_student(name: str) -> bool:
    """Return whether a row of Canvas's gradebook is no student's."""
    return " ".join(words_of(name)) in ("points possible", "student test")


def _add(people: dict[str, Person], person: Person, notes: list[str]) -> None:
    """Put a row into the roster; say where it says something else than a row before."""
    before = people.get(person.id)
    if before is None:
        people[person.id] = person
        return
    differ = [
        what
        for what, old, new in (
            ("name", words_of(before.name), words_of(person.name)),
            ("mail address", before.mail.casefold(), person.mail.casefold()),
        )
        if old and new and sorted(old) != sorted(new)
    ]
    same_user = set(person.users) <= set(before.users)
    if differ:
        notes.append(
            f"{person.at}: {person.id} has another {' and another '.join(differ)} than in {before.at}; "
            "both tell the student."
        )
    elif same_user and person.at.rpartition(",")[0] == before.at.rpartition(",")[0]:
        notes.append(f"{person.at}: {person.id} stands in {before.at} already.")
    logins = [*before.logins, *person.logins, *([person.mail] if person.mail and before.mail else [])]
    name = before.name or person.name
    if "name" in differ:
        logins.append(person.name)
    people[person.id] = Person(
        person.id,
        name,
        before.mail or person.mail,
        tuple(one for one in dict.fromkeys(logins) if one not in (person.id, before.mail)),
        tuple(dict.fromkeys((*before.users, *person.users))),
        before.at,
    )


def _only_in_one(before: Mapping[str, Person], people: Mapping[str, Person], second: str) -> Iterator[str]:
    """Yield a sentence on each student of a second file who is not in the first one."""
    for person in people.values():
        if person.id not in before:
            yield f"{person.at}: {person.id} is not in the other roster. The row counts."


def _shared_addresses(people: Mapping[str, Person]) -> Iterator[str]:
    """Yield a sentence on each pair of students with one mail address, which then tells neither."""
    first: dict[str, Person] = {}
    for person in people.values():
        if person.mail and (other := first.setdefault(person.mail.casefold(), person)) is not person:
            same = f"has the same mail address as {other.id} ({other.at})"
            yield f"{person.at}: {person.id} {same}, so the address identifies neither."
