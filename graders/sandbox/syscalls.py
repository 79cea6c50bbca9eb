"""System call numbers and what the filter says about each: `name: (x86_64, aarch64)`, None where there is no such call.

A test compares the table with libseccomp's where that is installed.
"""

from __future__ import annotations

Numbers = tuple[int | None, int | None]

ALLOWED: dict[str, Numbers] = {
    # files that the other walls let through, and descriptors
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "close": (3, 57), "lseek": (8, 62), "fstat": (5, 80), "newfstatat": (262, 79), "stat": (4, None),
    "lstat": (6, None), "statx": (332, 291), "access": (21, None), "faccessat": (269, 48),
    "faccessat2": (439, 439), "readlink": (89, None), "readlinkat": (267, 78), "open": (2, None),
    "openat": (257, 56), "getdents64": (217, 61), "getcwd": (79, 17), "dup": (32, 23), "dup2": (33, None),
    "dup3": (292, 24), "pipe": (22, None), "pipe2": (293, 59),
    # memory
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216), "brk": (12, 214),
    "madvise": (28, 233),
    # signals of its own, locks, scheduling
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "rt_sigpending": (127, 136),
    "rt_sigsuspend": (130, 133), "sigaltstack": (131, 132), "pause": (34, None), "restart_syscall": (219, 128),
    "futex": (202, 98), "set_robust_list": (273, 99), "rseq": (334, 293), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "getcpu": (309, 168), "getpriority": (140, 141),
    # clocks
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "nanosleep": (35, 101),
    "gettimeofday": (96, 169), "time": (201, None), "times": (100, 153), "getrusage": (98, 165),
    # who am I
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "getresuid": (118, 148), "getresgid": (120, 150),
    "getgroups": (115, 158), "getpgrp": (111, None), "getpgid": (121, 155), "getsid": (124, 156), "uname": (63, 160),
    "sysinfo": (99, 179), "getrlimit": (97, 163),
    # the rest
    "getrandom": (318, 278), "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip

NARROWED: dict[str, Numbers] = {
    "fcntl": (72, 25), "ioctl": (16, 29), "prlimit64": (302, 261), "tgkill": (234, 131), "sendmsg": (46, 211),
}  # fmt: skip
"""Allowed with some arguments only; `seccomp.py` says with which."""

REFUSED: dict[str, Numbers] = {"clone": (56, 220), "fork": (57, None), "vfork": (58, None), "clone3": (435, 435)}
"""Denied with the error that makes Python say "can't start new thread"."""

TELLING: dict[str, Numbers] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "sendto": (44, 206),
    "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kill": (62, 129), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280),
    "io_uring_setup": (425, 425), "keyctl": (250, 219), "add_key": (248, 217), "userfaultfd": (323, 282),
    "perf_event_open": (298, 241), "memfd_create": (319, 279), "setuid": (105, 146), "setgid": (106, 144),
    "setresuid": (117, 147), "setresgid": (119, 149), "setgroups": (116, 159), "capset": (126, 91),
    "open_by_handle_at": (304, 265), "seccomp": (317, 277), "chmod": (90, None), "fchmodat": (268, 53),
    "chown": (92, None), "fchownat": (260, 54), "flock": (73, 32), "shmget": (29, 194), "reboot": (169, 142),
}  # fmt: skip
"""Denied like every call that is not named here, and worth telling the instructor: no honest exercise makes them."""


def numbers(calls: dict[str, Numbers], architecture: str) -> dict[int, str]:
    """Return number to name of the calls that exist on an architecture."""
    column = {"x86_64": 0, "aarch64": 1}[architecture]
    return {number: name for name, row in calls.items() if (number := row[column]) is not None}
