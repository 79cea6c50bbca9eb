"""Handing in: from the student's folder to a place that the instructor reads, with a receipt.

`Target` is the interface of such a place. `FolderTarget` writes nbgrader's `submitted/<student>/<assignment>/`,
`ZipTarget` a file for any learning platform; `graders.submission.find_submissions` reads both as they are.
"""

from graders.submit.access import only_for_you
from graders.submit.folder import FolderTarget
from graders.submit.outbox import Kept, forget, keep, kept_hand_ins, send
from graders.submit.receipts import delivered, files_of, list_receipts, load_receipt, save_receipt, verify
from graders.submit.records import MANIFEST_NAME, Manifest, Receipt, make_manifest
from graders.submit.sending import as_graded, collect, ground_of, left_behind, replaced, submit, target_at, who_am_i
from graders.submit.target import Target, Unreachable
from graders.submit.zip import ZipTarget

__all__ = [
    "MANIFEST_NAME",
    "FolderTarget",
    "Kept",
    "Manifest",
    "Receipt",
    "Target",
    "Unreachable",
    "ZipTarget",
    "as_graded",
    "collect",
    "delivered",
    "files_of",
    "forget",
    "ground_of",
    "keep",
    "kept_hand_ins",
    "left_behind",
    "list_receipts",
    "load_receipt",
    "make_manifest",
    "only_for_you",
    "replaced",
    "save_receipt",
    "send",
    "submit",
    "target_at",
    "verify",
    "who_am_i",
]
