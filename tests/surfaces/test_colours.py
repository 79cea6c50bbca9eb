"""What a report says can be read on a dark and on a light terminal."""

from io import StringIO

from rich.console import Console

from graders.render.terminal import show_report

UNREADABLE = ("\x1b[33m", "\x1b[1;33m", "\x1b[93m", "\x1b[37m", "\x1b[97m")
"""Yellow and white, on white."""


def test_no_sentence_is_yellow_or_white(grade, solutions) -> None:
    name = "ex02_closures.py"
    wrong = solutions[name].replace(b"return out", b"return None", 1)
    for files in ({name: wrong}, {name: b"x = (\n"}):
        screen = Console(file=StringIO(), force_terminal=True, width=80, color_system="standard")
        show_report(screen, grade(files, "ex02_closures"), ["ex02 earns nothing."])
        said = screen.file.getvalue()
        assert "\x1b[31m" in said and not [code for code in UNREADABLE if code in said]
