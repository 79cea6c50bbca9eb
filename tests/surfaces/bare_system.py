"""A system as Windows is to Python: without the modules and functions of POSIX. Run before anything of ours.

`python bare_system.py run REPORT` reads command lines from standard input, a JSON list each, and runs them in this
process one after the other; REPORT gets exit code and traceback of each. `python bare_system.py worker SCRIPT ...` runs
a script, as a worker of the portable sandbox is started.
"""

from __future__ import annotations

import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import traceback

MODULES = "fcntl grp posix_ipc pty pwd readline resource spwd syslog termios tty"
NAMES = {
    os: "chown chroot fchdir fchmod fchown fork forkpty getegid geteuid getgid getgrouplist getgroups getloadavg "
    "getpgid getpgrp getpriority getresuid getsid getuid initgroups killpg lchown major mkfifo mknod nice openpty "
    "pathconf pidfd_open pipe2 posix_fadvise posix_spawn posix_spawnp pread preadv pwrite "
    "sched_getaffinity sched_setaffinity sched_yield setegid seteuid setgid setgroups setpgid setpriority setregid "
    "setresuid setreuid setsid setuid statvfs sync sysconf tcgetpgrp ttyname wait wait3 wait4 waitid "
    "O_CLOEXEC O_DIRECTORY O_DSYNC O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH O_SYNC P_PID P_PIDFD WEXITED WNOWAIT",
    socket: "AF_UNIX AF_NETLINK SOCK_SEQPACKET CMSG_LEN SCM_RIGHTS send_fds recv_fds",
    signal: "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGUSR1 SIGXCPU alarm pause pidfd_send_signal "
    "pthread_kill pthread_sigmask setitimer siginterrupt sigwait",
    select: "epoll poll",
}
"""What Windows has not. numpy and torch ask by `sys.platform` for `os.uname` and `os.register_at_fork`: these stay."""
_POPEN = subprocess.Popen


def block() -> None:
    """Take them away, for our own code and for the packages that it uses."""
    for name in MODULES.split():
        sys.modules[name] = None  # type: ignore[assignment]
    for module, names in NAMES.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    for name in ("supports_dir_fd", "supports_fd", "supports_follow_symlinks"):
        getattr(os, name).clear()
    subprocess.Popen = _Popen  # type: ignore[misc]


class _Popen(_POPEN):  # type: ignore[type-arg]
    """Starts Python scripts on the same bare system, and nothing else: no git, no shell."""

    def __init__(self, command: list[str], **options: object) -> None:
        if command[0] != sys.executable or "pass_fds" in options or options.get("start_new_session"):
            raise FileNotFoundError(2, "not on this system", command[0])
        script = next(place for place, word in enumerate(command) if word.endswith(".py"))
        super().__init__([*command[:script], __file__, "worker", *command[script:]], **options)  # type: ignore[call-overload]

    def kill(self) -> None:
        self.send_signal(9)  # as the system does where signal has no SIGKILL


def _run(arguments: list[str]) -> tuple[int, str]:
    """Run one command line of ours; return exit code and traceback."""
    if arguments[0] == "pytest":
        import pytest

        return int(pytest.main(["-p", "no:cacheprovider", "-p", "no:faulthandler", *arguments[1:]])), ""
    from graders.cli import main

    try:
        main(["--debug", *arguments])
    except SystemExit as end:
        return int(end.code or 0), ""
    except BaseException:
        return -1, traceback.format_exc()
    return 0, ""


def main() -> None:
    """Do as the docstring of this module says."""
    if sys.argv[1] == "worker":
        sys.argv = sys.argv[2:]
        block()
        runpy.run_path(sys.argv[0], run_name="__main__")
        return
    import platformdirs.unix  # noqa: F401 - these two choose by sys.platform what they need
    import psutil  # noqa: F401

    block()
    with open(sys.argv[2], "w", encoding="utf-8") as report:
        for line in sys.stdin.buffer:
            arguments = json.loads(line)
            print(f"$ {json.dumps(arguments)}", flush=True)
            code, trace = _run(arguments)
            sys.stdout.flush()
            print(json.dumps([code, trace]), file=report, flush=True)


if __name__ == "__main__":
    main()
