"""Worksheets of Moodle in other languages, grades that are there already, and students known by a roster."""

import csv
import io

import pytest

from graders.exports.canvas import canvas
from graders.exports.moodle import moodle
from graders.exports.sheet import read_sheet
from graders.exports.worksheet import columns_of
from graders.submission.roster import Person, Roster
from tests.exports.samples import GRADEBOOK, WORKSHEET

GERMAN = """\
ID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;Bewertung kann geändert werden;\
Zuletzt geändert (Abgabe);Zuletzt geändert (Bewertung);Feedback als Kommentar
Teilnehmer/in311;Ann Lee;ann@uni.example;Zur Bewertung abgegeben;;100,00;Ja;-;-;
Teilnehmer/in312;Ben Bo;bo@uni.example;Keine Abgabe;;100,00;Nein;-;-;
"""
FRENCH = """\
Identifiant\tNom complet\tAdresse de courriel\tStatut\tNote\tNote maximale\tLa note peut être modifiée\t\
Dernière modification (note)\tFeedback par commentaires
Participant311\tLee Ann\tann@uni.example\t-\t\t100,00\tOui\t-\t
Participant312\tBo Ben\tbo@uni.example\t-\t\t100,00\tNon\t-\t
"""
SPANISH = """\
"Identificador","Nombre completo","Dirección de correo","Estado","Calificación","Calificación máxima",\
"La calificación puede ser cambiada","Última modificación (entrega)","Última modificación (calificación)",\
"Comentarios de retroalimentación"
"Participante 311","Ana López","ann@uni.example","Enviado","","100,00","Sí","-","-",""
"Participante 312","Luis Pérez","bo@uni.example","Enviado","","100,00","No","-","-",""
"""
ITALIAN = """\
Identificatore,Nome,Indirizzo email,Stato,Valutazione,Valutazione massima,La valutazione può essere cambiata,\
Ultima modifica (consegna),Ultima modifica (valutazione),Commenti di feedback
Partecipante 311,Ann Lee,ann@uni.example,Consegnato,,"100,00",Sì,-,-,
Partecipante 312,Ben Bo,bo@uni.example,Consegnato,,"100,00",No,-,-,
"""
DUTCH = """\
Identificatie,Volledige naam,E-mailadres,Status,Cijfer,Maximumcijfer,Beoordeling kan gewijzigd worden,\
Laatst gewijzigd (inzending),Laatst gewijzigd (beoordeling),Feedback via opmerkingen
Deelnemer 311,Ann Lee,ann@uni.example,Ingestuurd,,"100,00",Ja,-,-,
Deelnemer 312,Ben Bo,bo@uni.example,Ingestuurd,,"100,00",Nee,-,-,
"""
PORTUGUESE = """\
Identificador,Nome completo,Endereço de email,Estado,Nota,Nota máxima,A nota pode ser alterada.,\
Última atualização (submissão),Última atualização (avaliação),Comentários de feedback
Participante 311,Ann Lee,ann@uni.example,Submetido,,"100,00",Sim,-,-,
Participante 312,Ben Bo,bo@uni.example,Submetido,,"100,00",Não,-,-,
"""
POLISH = """\
Identyfikator,Nazwa,Adres,Stan,Punkty,Najwięcej,Można zmienić,Zmieniono,Oceniono,Uwagi
Uczestnik 311,Ann Lee,ann@uni.example,Przesłano,,"100,00",Tak,-,-,
Uczestnik 312,Ben Bo,bo@uni.example,Przesłano,,"100,00",Nie,-,-,
"""
LANGUAGES = {
    "German": GERMAN, "French": FRENCH, "Spanish": SPANISH, "Italian": ITALIAN, "Dutch": DUTCH,
    "Portuguese": PORTUGUESE, "Polish": POLISH,
}  # fmt: skip
ROSTER = Roster({"s-1": Person("s-1", "Ann Lee", "ann@uni.example", ("alee",)), "s-2": Person("s-2", mail="x@y.z")})


@pytest.fixture
def sheet(tmp_path):
    def make(text, name="table.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_sheet(tmp_path / name)

    return make


def table(filled, delimiter=","):
    return list(csv.reader(io.StringIO(filled.data.decode(), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worksheet_in_any_language(sheet, of, language):
    worksheet = sheet(LANGUAGES[language])
    filled = moodle(worksheet, [of("Ann Lee_311"), of("bo", "wrong")], feedback=True)
    first, second = table(filled, worksheet.delimiter)[1:]
    assert first[4] == "100,00" and first[-1].startswith("leafgrad: ") and filled.placed == 1
    assert second[4] == second[-1] == ""
    assert filled.problems == ["bo: Moodle does not let the grade be changed."]
    told = [note for note in filled.notes if "language" in note]
    assert bool(told) == (language == "Polish")


def test_groups_and_workflow_do_not_move_the_columns(sheet):
    more = (
        GERMAN.replace("Status;", "Status;Gruppe;")
        .replace("abgegeben;", "abgegeben;A;")
        .replace("Abgabe;;", "Abgabe;B;;")
    )
    more = more.replace("Bestwertung;", "Bestwertung;Status des Workflows;").replace(
        "100,00;", "100,00;Nicht bewertet;"
    )
    found = columns_of(sheet(more))
    assert (found.grade, found.most, found.locked, found.mail) == (5, 6, 8, 2)


def test_another_grade_is_listed_and_stays(sheet, of):
    reports = [of("Ann Lee_311", "wrong"), of("Ben Bo_312", "wrong")]
    filled = moodle(sheet(WORKSHEET), reports)
    assert [row[5] for row in table(filled)[2:]] == ["40.00", ""] and filled.placed == 1
    assert len(filled.other) == 1 and filled.other[0].startswith("Ben Bo_312: 40.00 is there; the score is ")
    filled = moodle(sheet(WORKSHEET), reports, overwrite=True)
    assert table(filled)[2][5] != "40.00" and filled.placed == 2 and len(filled.other) == 1
    filled = canvas(sheet(GRADEBOOK), [of("alee"), of("ben@uni.example")], "7002")
    assert [row[0] for row in table(filled)[3:]] == ["Lee, Ann"], "whose row is left out keeps the grade in Canvas"
    assert filled.other == ["ben@uni.example: 3.00 is there; the score is 10.00."]


@pytest.mark.parametrize("there", ["100", "100.0", "100,00", " 100.00 ", "-", "100.00000"])
def test_the_same_grade_in_other_digits_is_no_other_grade(sheet, of, there):
    text = WORKSHEET.replace("grading,40.00,", f'grading,"{there}",')
    filled = moodle(sheet(text), [of("Ben Bo_312")])
    assert not filled.other and table(filled)[2][5] == "100.00"


@pytest.mark.parametrize("there", ["0", "99.9", "A", "10000", "excellent"])
def test_what_else_stands_there_is_another_grade(sheet, of, there):
    filled = moodle(sheet(WORKSHEET.replace("grading,40.00,", f"grading,{there},")), [of("Ben Bo_312")])
    assert len(filled.other) == 1 and table(filled)[2][5] == there


def test_a_roster_tells_by_address_and_login(sheet, of):
    assert moodle(sheet(WORKSHEET), [of("s-1")], roster=ROSTER).placed == 1
    assert canvas(sheet(GRADEBOOK), [of("s-1")], "7002", roster=ROSTER).placed == 1
    filled = moodle(sheet(WORKSHEET), [of("s-1"), of("s-2")], roster=ROSTER)
    assert filled.placed == 1 and filled.problems == ["s-2: no row of table.csv could be this student's."]


@pytest.mark.parametrize("old", ["ann@uni.example", "alee", "Ann Lee", "Lee Ann"])
def test_a_class_graded_before_there_was_a_roster_keeps_its_ids(sheet, of, old):
    report = of(old)
    for filled in (
        moodle(sheet(WORKSHEET), [report], roster=ROSTER),
        canvas(sheet(GRADEBOOK), [report], "7002", roster=ROSTER),
    ):
        assert (filled.placed, filled.problems) == (1, [])
    both = moodle(sheet(WORKSHEET), [of("s-1"), report], roster=ROSTER)
    assert both.placed == 0 and both.problems == [f"s-1 and {old}: all of them would get the same row of table.csv."]
