"""`python -m graders.cli` is the command `leafgrad`."""

from graders.cli import main

main()
