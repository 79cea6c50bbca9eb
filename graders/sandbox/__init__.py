"""The sandbox: the student's code runs in a worker process that gets cases and returns observations."""
