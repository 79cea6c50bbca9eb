"""The sandbox: the student's code runs in a worker process that gets cases and returns observations.

    opening    the way in                          pool       the sandboxes of one run
    client     the conversation with a worker      wire       its frames
    channel    what it needs of a process          fields     what a reply may hold
    clock      time and memory that may be used
    worker     the other end of it                 loader     the student's files, from bytes

Where the kernel has walls, workers are forked by a server that is jailed itself:

    fork_client    the grader's side of it          fork_entry     its start, by exec
    fork_server    what it does                     warmup         what it imports; hugepages
    server_walls   the second wall: namespaces      worker_walls   what a worker puts on:
    library        what may be read from disk                      limits, landlock, seccomp (syscalls)
    listener       blocked calls, told              kernel         calls that Python lacks
    attempts       do the walls hold?               probe          how high does this machine get?

Where it has none, `spawn_client` spawns a process for each worker, which begins in `spawn_entry`. In a worker,
`own_code` keeps what is ours out of reach, and `run_source` runs what is the student's. `flavours` says what each kind
of worker may import. tests/attacks/TABLE.md says which wall stops which attack.
"""
