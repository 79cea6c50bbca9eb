"""The settings of an nbgrader course directory, as nbgrader itself would load them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.errors import UsageError

CONFIG = "nbgrader_config.py"
_SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Settings:
    """What matters to us of a course's configuration.

    Attributes:
        course_id: Its id in the gradebook.
        db_url: Of the gradebook; a relative SQLite file is made absolute.
        config: Everything, a traitlets `Config`: class name to the settings of that class.
    """

    course_id: str
    db_url: str
    config: Any

    def of(self, section: str, name: str, default: Any = None) -> Any:
        """Return one setting, `of("Autograde", "exclude_overwriting")` for example."""
        return self.config.get(section, {}).get(name, default)


def course_settings(folder: Path) -> Settings:
    """Return the settings of the course directory at `folder`.

    Raises:
        UsageError: its nbgrader_config.py cannot be run; names the error.
    """
    from traitlets.config.loader import Config, ConfigFileNotFound, PyFileConfigLoader

    try:
        config = PyFileConfigLoader(CONFIG, path=str(folder.resolve())).load_config()
    except ConfigFileNotFound:
        config = Config()
    except Exception as error:  # it is a Python program of the instructor's
        raise UsageError(f"{folder / CONFIG}: {type(error).__name__}: {error}.", "Correct it and run again.") from None
    course = config.get("CourseDirectory", {})
    url = str(course.get("db_url") or f"{_SQLITE}gradebook.db")
    return Settings(str(course.get("course_id") or "default_course"), absolute_url(url, folder), config)


def absolute_url(url: str, folder: Path) -> str:
    """Return a database URL whose SQLite file, if it is one, does not depend on the working directory."""
    name = url.removeprefix(_SQLITE)
    if name == url or name in ("", ":memory:"):
        return url
    return f"{_SQLITE}{folder.resolve() / name}"
