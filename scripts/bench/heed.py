"""What the scripts beside it share: their options, and heed's own figures."""
import argparse
import json
import subprocess


def options(doc):
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--heed", default="build/release/demos/heed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def bench(given, *arguments):
    """What `heed bench` prints as JSON."""
    command = [given.heed, "bench", *arguments, "--json"] + (["--device", given.device] if given.device else [])
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
