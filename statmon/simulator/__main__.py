"""``python -m statmon.simulator``: the simulator alone, as ``statmon simulate``."""

import argparse
import sys

from statmon.simulator import add_arguments, run

parser = argparse.ArgumentParser(prog="statmon simulate")
add_arguments(parser)
sys.exit(run(parser.parse_args()))
