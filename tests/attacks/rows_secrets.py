"""Rows 1 to 9: reading what is secret, leaving something behind, writing where grades are."""

from __future__ import annotations

import hashlib
import os
import random

from arena import HOUSE, Arena, expect, stopped, walls
from attack import JAILED, WALLED, attack


@attack(1, "read hidden tests and solutions", WALLED, quick=True)
def hidden_tests(arena: Arena) -> str:
    secret = arena.secret("hidden_tests.py")
    code = "tell(a=attempt(lambda: open(secret).read()), b=attempt(lambda: open(solution).read()))\n"
    said = arena.run(code, secret=str(secret), solution=str(HOUSE / "solutions/ex02_closures.py")).said
    return walls(said["a"], said["b"])


@attack(2, "read other submissions", WALLED)
def other_submissions(arena: Arena) -> str:
    sibling = arena.secret("bob_ex02_closures.py")
    code = "import os\ntell(a=attempt(lambda: open(path).read()), b=attempt(os.listdir, os.path.dirname(path)))\n"
    said = arena.run(code, path=str(sibling)).said
    return walls(said["a"], said["b"])


@attack(3, "find the expected values in frames or on the heap")
def truth_in_memory(arena: Arena) -> str:
    expected = random.uniform(1, 2)  # held by the grader alone; the hunter knows how to recognise it
    code = """
import gc, sys
def hunt():
    todo, met = [sys._getframe(), *gc.get_objects()], set()
    for _ in range(400000):
        if not todo:
            break
        thing = todo.pop()
        if type(thing) is float and thing * 2 == double:
            return "found"
        if id(thing) not in met:
            met.add(id(thing))
            todo.extend(gc.get_referents(thing))
    return "not found"
tell(hunt=hunt())
"""
    outcome = arena.run(code, double=expected * 4 / 2)
    expect(outcome.said.get("hunt", "not found") == "not found", "the value was found in the worker")
    return "separate process"


@attack(4, "secrets in the environment", quick=True)
def environment(arena: Arena) -> str:
    os.environ["LEAFGRAD_KEY_OF_THE_TEST"] = "canary"
    try:
        with_secret = Arena(
            arena.mode, arena.landlock, arena.store, arena.flavour
        )  # its processes start while the secret is there
        try:
            said = with_secret.run("import os\ntell(names=sorted(os.environ))\n").said
        finally:
            with_secret.close()
    finally:
        del os.environ["LEAFGRAD_KEY_OF_THE_TEST"]
    expect("LEAFGRAD_KEY_OF_THE_TEST" not in said["names"], "a variable of the grader reached the worker")
    return "empty environment"


@attack(5, "/proc of the parent and of itself", WALLED)
def proc(arena: Arena) -> str:
    code = """
import os
def read(path):
    with open(path, "rb") as file:
        return file.read(16)
tell(a=attempt(read, f"/proc/{os.getppid()}/mem"), b=attempt(read, "/proc/self/environ"),
     c=attempt(read, f"/proc/{grader}/environ"), d=attempt(os.listdir, "/proc"))
"""
    said = arena.run(code, grader=os.getpid()).said
    return walls(*(said[name] for name in "abcd"))


@attack(6, "descriptors inherited from the grader", quick=True)
def descriptors(arena: Arena) -> str:
    code = """
import os
def is_open(number):
    try:
        return bool(os.fstat(number))
    except OSError:
        return False
tell(open=[number for number in range(1024) if is_open(number)])
"""
    read, write = os.pipe()
    os.dup2(read, 77, inheritable=True)
    try:
        fresh = Arena(arena.mode, arena.landlock, arena.store, arena.flavour)
        try:
            found = fresh.run(code).said["open"]
        finally:
            fresh.close()
    finally:
        for number in (read, write, 77):
            os.close(number)
    expect(77 not in found and len(found) <= 5, f"descriptors {found} are open")
    expect(not arena.walled or found == [0, 1, 2, 3], f"descriptors {found} are open")
    return "descriptors closed"


@attack(7, "find out with stat which files exist", JAILED)
def stat(arena: Arena) -> str:
    secret = arena.secret("roster.csv")
    said = arena.run("import os\ntell(a=attempt(os.stat, path))\n", path=str(secret)).said
    return stopped(said["a"], "FileNotFoundError")


@attack(8, "leave something behind for the next student", quick=True)
def leftovers(arena: Arena) -> str:
    arena.run("import builtins, math, sys\nbuiltins.left = math.left = sys.left = 1\nsys.path.insert(0, '/left')\n")
    said = arena.run("import builtins, math, sys\ntell(a=[hasattr(m, 'left') for m in (builtins, math, sys)])\n").said
    expect(said["a"] == [False] * 3, "the next worker saw it")
    return "fresh process"


@attack(9, "write the gradebook", WALLED)
def gradebook(arena: Arena) -> str:
    arena.folder.chmod(0o777)
    grades = arena.secret("grades.csv", "alice,0\n", 0o666)
    before = hashlib.sha256(grades.read_bytes()).hexdigest()
    code = """
import os
tell(a=attempt(lambda: open(path, "w").write("alice,100")), b=attempt(os.remove, path),
     c=attempt(os.rename, path, path + "x"),
     d=attempt(os.symlink, path, path + "y"), e=attempt(os.truncate, path, 0), f=attempt(os.chmod, path, 0))
"""
    said = arena.run(code, path=str(grades)).said
    expect(hashlib.sha256(grades.read_bytes()).hexdigest() == before, "the gradebook has changed")
    return walls(*(said[name] for name in "abcdef"))
