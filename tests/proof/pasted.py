"""Runs snippets under students' files in plain Python: `python -I pasted.py FOLDER < jobs > answers`.

Each job is [files, exercise, snippet]. The answers are [printed, exception] of each, exception "" for none.
"""

import contextlib
import io
import json
import os
import signal
import sys
import types
import warnings


class _NoGraders:
    """Hides the grader, as on a machine without it."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "graders":
            raise ModuleNotFoundError(f"No module named {name!r}")


def _run(files, exercise, snippet, folder):
    """Return what the snippet prints when it is run below the file, and the exception that ends it."""
    for name, text in files.items():
        if name != f"{exercise}.py":
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
    module = types.ModuleType(exercise)
    sys.modules[exercise] = module
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(files[f"{exercise}.py"], f"{exercise}.py", "exec"), vars(module))
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(snippet, "snippet", "exec"), vars(module))
    except BaseException as error:
        return [printed.getvalue(), f"{type(error).__name__}: {error}"]
    return [printed.getvalue(), ""]


def _forked(job, folder):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        try:
            answer = _run(*job, folder)
        except BaseException as error:
            answer = ["", f"file: {type(error).__name__}: {error}"]
        with os.fdopen(writing, "w") as pipe:
            pipe.write(json.dumps(answer))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else ["", "it ended without an answer"]


def main(folder):
    warnings.simplefilter("ignore")
    jobs = json.load(sys.stdin)
    sys.meta_path.insert(0, _NoGraders())
    sys.path.insert(0, folder)
    if any("torch" in text for files, exercise, snippet in jobs for text in (files[f"{exercise}.py"], snippet)):
        import torch

        torch.set_num_threads(1)
        torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1).step()  # imports a second's worth, once for all
    elif any("numpy" in snippet for _, _, snippet in jobs):
        import numpy  # noqa: F401
    json.dump([_forked(job, folder) for job in jobs], sys.stdout)


main(sys.argv[1])
