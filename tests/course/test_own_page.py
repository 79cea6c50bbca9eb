"""The page on a course of one's own, followed word by word: every file as it stands there, every command."""

import re
import shlex

import pytest

from graders.cli import main
from graders.course.course import load_course
from graders.course.own import spec_of

_BLOCK = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_works_as_it_is_written(root, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    said = {}
    for kind, title, text in _BLOCK.findall((root / "docs" / "own.md").read_text(encoding="utf-8")):
        if title:
            path = tmp_path / "autumn-2026" / title
            assert path.is_file(), f"{title} is not what `leafgrad new` writes"
            path.write_text(text, encoding="utf-8")
            continue
        assert kind == "console"
        for line in text.splitlines():
            command = shlex.split(line.removeprefix("$ "))
            if command[0] == "cd":
                monkeypatch.chdir(command[1])
                continue
            with pytest.raises(SystemExit) as end:
                main(command[1:])
            said[line] = capsys.readouterr().out
            assert end.value.code in (0, None), line
    assert said["$ leafgrad selftest"].rstrip().endswith("selftest: good")
    assert said["$ leafgrad selftest ex02"].rstrip().endswith("selftest: good")
    assert "2/2 concepts, 3/3 points" in said["$ leafgrad check ex02 --dir solutions"]
    kit = load_course(tmp_path / "kit")
    assert [one.id for one in spec_of(kit.folder, "ex02_softplus").concepts] == ["value", "slope"]
    assert not (tmp_path / "kit" / "solutions").exists() and not (tmp_path / "kit" / "leafgrad.key").exists()
