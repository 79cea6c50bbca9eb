"""Rows 41 to 50: the network, other processes, and the kernel itself. Aimed only at canaries of our own."""

from __future__ import annotations

import io
import platform
import socket
import time
import zipfile

from arena import Arena, canary_process, expect, stopped, walls
from attack import WALLED, attack

from graders.sandbox.seccomp import HANDOVER
from graders.submission import read_submission


@attack(41, "network: TCP, UDP, DNS, unix sockets", WALLED, quick=True)
def network(arena: Arena) -> str:
    path = arena.folder / "socket"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        with socket.socket(socket.AF_UNIX) as local:
            local.bind(str(path))
            local.listen()
            path.chmod(0o666)
            code = """
import os, socket
def send():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", udp))
tell(a=attempt(socket.create_connection, ("127.0.0.1", tcp), 1), b=attempt(send),
     c=attempt(lambda: socket.socket(socket.AF_UNIX).connect(path)), d=attempt(socket.socketpair),
     e=attempt(lambda: socket.socket(40, socket.SOCK_STREAM)), f=attempt(lambda: socket.socket(16, socket.SOCK_RAW)),
     g=attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)), reserved=attempt(os.dup2, 3, reserved))
"""
            outcome = arena.run(
                code, tcp=tcp.getsockname()[1], udp=udp.getsockname()[1], path=str(path), reserved=HANDOVER
            )
            for listener in (tcp, udp, local):
                listener.setblocking(False)
                try:
                    listener.recv(1) if listener is udp else listener.accept()
                except BlockingIOError:
                    continue
                expect(False, "something arrived at a listener")
    expect(outcome.notes.get("socket", 0) >= 4, f"the server has noted {dict(outcome.notes)}")
    stopped(outcome.said["reserved"], "Errno 9")  # the one descriptor that sendmsg may use cannot be had again
    return walls(*(outcome.said[name] for name in "abcdefg"))


@attack(42, "ptrace, process_vm_writev", WALLED)
def other_memory(arena: Arena) -> str:
    code = """
import ctypes
buffer = ctypes.create_string_buffer(16)
vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 16)
here = ctypes.cast(vector, ctypes.c_void_p)
tell(a=attempt(native, "ptrace", 16, canary, 0, 0), b=attempt(native, "process_vm_readv", canary, here, 1, here, 1, 0),
     c=attempt(native, "process_vm_writev", canary, here, 1, here, 1, 0), d=attempt(native, "pidfd_open", canary, 0))
"""
    with canary_process() as canary:
        said = arena.run(code, canary=canary.pid).said
    return walls(*(said[name] for name in "abcd"))


@attack(43, "kill, kill(-1), tgkill, queued signals", WALLED, quick=True)
def signals(arena: Arena) -> str:
    """Signal 0 to the canary first: only where that is denied are the others tried at all."""
    code = """
import os, signal
tell(a=attempt(os.kill, canary, 0))
if type(attempt(os.kill, canary, 0)) is str and type(attempt(native, "tgkill", canary, canary, 0)) is str:
    tell(b=attempt(os.kill, canary, signal.SIGKILL), c=attempt(native, "tgkill", canary, canary, 9),
         d=attempt(native, "tkill", canary, 9), e=attempt(os.killpg, canary, signal.SIGKILL))
    if os.getpid() == 1:
        tell(f=attempt(os.kill, -1, signal.SIGTERM))
"""
    with canary_process() as canary:
        said = arena.run(code, canary=canary.pid).said
        time.sleep(0.05)
        expect(canary.poll() is None, "the canary was ended")
    expect({"a", "b", "c", "d", "e"} <= said.keys(), f"signal 0 was let through: {said}")
    return walls(*said.values())


@attack(44, "execve, helpers with setuid", WALLED)
def execve(arena: Arena) -> str:
    code = """
import os, subprocess, sys
tell(a=attempt(os.execv, "/bin/true", ["true"]), b=attempt(subprocess.run, ["/bin/true"]), c=attempt(os.system, "true"),
     d=attempt(os.execv, sys.executable, ["python"]), e=attempt(os.posix_spawn, "/bin/true", ["true"], {}),
     f=attempt(os.setuid, 0))
"""
    outcome = arena.run(code)
    said = outcome.said
    if type(said["c"]) is list:  # os.system tells its failure by the status it returns
        expect(said["c"] == ["GOT", "-1"] or "GOT" in said["c"] and said["c"][1] not in ("0",), "a shell was run")
        said["c"] = "OSError: [Errno 1] no shell"
    if type(said["f"]) is list:
        expect(False, "setuid went through")
    expect("execve" in outcome.notes, f"the server has noted {dict(outcome.notes)}")
    return walls(*said.values())


@attack(45, "unshare, mount, setns, chroot", WALLED)
def namespaces(arena: Arena) -> str:
    code = """
import ctypes
none = ctypes.c_void_p(None)
tell(a=attempt(native, "unshare", 0x10000000), b=attempt(native, "unshare", 0x20000), c=attempt(native, "setns", 0, 0),
     d=attempt(native, "mount", none, none, none, 0, none), e=attempt(native, "chroot", none),
     f=attempt(native, "setuid", 0), g=attempt(native, "prctl", 23, 21, 0, 0, 0))
"""
    said = arena.run(code).said
    return walls(*(said[name] for name in "abcdefg"))


@attack(46, "io_uring, bpf, keyctl, userfaultfd", WALLED)
def exotic_calls(arena: Arena) -> str:
    code = """
import ctypes
none = ctypes.c_void_p(None)
calls = {"io_uring_setup": (1, none), "bpf": (0, none, 0), "keyctl": (0, 0), "add_key": (none, none, none, 0, 0),
         "userfaultfd": (0,), "perf_event_open": (none, 0, -1, -1, 0), "memfd_create": (none, 0),
         "seccomp": (0, 0, none)}
tell(**{name: attempt(native, name, *words) for name, words in calls.items()})
"""
    said = arena.run(code).said
    expect(len(said) == 8, f"some attempt is missing: {said}")
    for answer in said.values():
        stopped(answer, "[Errno 1]")
    return "seccomp"


@attack(47, "int 0x80 and x32 system calls", WALLED)
def other_architectures(arena: Arena) -> str:
    if platform.machine() != "x86_64":
        return "does not exist on this processor"
    x32 = "import ctypes\nctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))\ntell(alive=1)\n"
    int80 = """
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3")  # mov eax, 20 (getpid); int 0x80; ret
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
call()
tell(alive=1)
"""
    for code in (x32, int80):
        outcome = arena.run(code)
        expect("alive" not in outcome.said and outcome.seen.status == "crashed", f"ended as {outcome.seen}")
    return "seccomp"


@attack(48, "raise its own resource limits", WALLED)
def raise_limits(arena: Arena) -> str:
    code = """
import resource
names = ("AS", "CPU", "NOFILE", "FSIZE", "STACK", "NPROC", "CORE")
kinds = [getattr(resource, "RLIMIT_" + name) for name in names]
def raise_limit(kind):
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (hard + 1, hard + 1))
tell(limits=[resource.getrlimit(kind)[1] for kind in kinds], tries=[attempt(raise_limit, kind) for kind in kinds])
"""
    said = arena.run(code).said
    expect(-1 not in said["limits"], f"a limit is missing: {said['limits']}")
    return walls(*said["tries"])


@attack(49, "collusion: flock, record locks, keyring, vsock, shared memory", WALLED)
def collusion(arena: Arena) -> str:
    code = """
import ctypes, fcntl, os, socket
file = os.open(os.__file__, os.O_RDONLY)
shared = fcntl.LOCK_SH | fcntl.LOCK_NB
tell(a=attempt(fcntl.flock, file, shared), b=attempt(fcntl.lockf, file, shared),
     c=attempt(native, "keyctl", 0, -3), d=attempt(lambda: socket.socket(40, socket.SOCK_STREAM)),
     e=attempt(lambda: open("/dev/shm/x", "w")), f=attempt(native, "shmget", 1, 1, 0o1666),
     g=attempt(fcntl.fcntl, file, fcntl.F_SETOWN, 1), h=attempt(fcntl.fcntl, file, 1024, 0))
"""
    unreadable = "file = os.open(os.__file__, os.O_RDONLY)"
    code = code.replace(unreadable, "try: file = os.open(os.__file__, os.O_RDONLY)\nexcept OSError: file = 0")
    said = arena.run(code).said
    return walls(*(said[name] for name in "abcdefgh"))


@attack(50, "native code in the upload", quick=True)
def native_code(arena: Arena) -> str:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("ex02_closures.py", "x = 1\n")
        archive.writestr("evil.so", b"\x7fELF" + bytes(100))
        archive.writestr("numpy/__init__.py", "raise SystemExit")
        archive.writestr("ex03_backward.pyc", b"\xa7\r\r\n")
    upload = arena.folder / "alice.zip"
    upload.write_bytes(data.getvalue())
    submission = read_submission(upload, ["ex02_closures", "ex03_backward"])
    expect(set(submission.files) == {"ex02_closures.py"}, f"read: {sorted(submission.files)}")
    expect(any("evil.so" in note for note in submission.notes), f"no note: {submission.notes}")
    return "only .py is read; kernel walls"
