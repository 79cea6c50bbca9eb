"""Reading what students hand in: once, as bytes, without running, extracting or following anything.

`read_submission` reads one hand-in, `find_submissions` those of a class. Input is never trusted and never raises:
what cannot be read becomes a sentence in the submission's `notes`, or its `problem` when nothing is left to grade.

    disk      files and folders           source    is it Python text?        naming   which exercise is it?
    archive   zip and tar, in memory      notebook  code cells as text        claims, pick, guess   which files count?
    read      one hand-in                 find      the layouts of a class    merge    parts -> Submission
    owners    whose files are they?       stamps    when did they arrive?     clues, defines   what else tells them
"""

from graders.submission.find import find_submissions
from graders.submission.model import Submission, digest, safe_name
from graders.submission.read import read_submission

__all__ = ["Submission", "digest", "find_submissions", "read_submission", "safe_name"]
