"""Runs a module as `python -P -m MODULE ...` on a machine with fewer kernel walls: `fewer_walls.py -P -m MODULE ...`.

The environment variable WALLS names the level that it reaches.
"""

import os
import runpy
import sys

from graders.sandbox import probe

found = {
    "base": probe.Probed("base", tuple(probe.BASE), (("jail", "no namespaces here"),)),
    "portable": probe.Probed("portable", (), (("jail", "no namespaces here"), ("base", "no Landlock here"))),
}[os.environ["WALLS"]]
probe.probe = lambda: found
sys.argv = sys.argv[3:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
