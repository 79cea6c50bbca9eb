"""Runs a module as `python -P -m MODULE ...` on a machine without kernel walls: `no_walls.py -P -m MODULE ...`."""

import runpy
import sys

from graders.sandbox import probe

probe.probe = lambda: probe.Probed("portable", (), (("jail", "no namespaces here"), ("base", "no Landlock here")))
sys.argv = sys.argv[3:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
