"""The sandbox: the student's code runs in a worker process that gets cases and returns observations.

    opening    the way in                          pool       the sandboxes of one run
    client     the conversation with a worker      wire       its frames
    channel    what it needs of a process          fields     what a reply may hold
    clock      time and memory that may be used
    worker     the other end of it                 loader     the student's files, from bytes

Where the kernel has walls, workers are forked by a server that is jailed itself:

    jailed     the grader's side of it             server     its start, by exec
    zygote     what it does                        warmup     what it imports; hugepages
    jail       the second wall: namespaces         walls      what a worker puts on:
    library    what may be read from disk                     limits, landlock, seccomp (syscalls)
    listener   blocked calls, told                 kernel     calls that Python lacks
    attempts   do the walls hold?                  probe      how high does this machine get?

Where it has none, `portable` spawns a process for each worker, which begins in `spawned`. `flavours` says what each
kind of worker may import. tests/attacks/TABLE.md says which wall stops which attack.
"""
