#!/usr/bin/env python3
"""Checks that long work tells on a terminal how far it is, leaves nothing there, and is silent elsewhere.

    .ci/terminal.py ARCHCALC
"""
import os
import pty
import subprocess
import sys

LINE = [
    sys.argv[1], "sweep", "resnext50", "--cardinality", "1..1024", "--width", "1..1024", "--resolution", "224,256",
    "--csv", "--threads", "1", "-o", "/dev/null",
]
ERASE = b"\r\x1b[K"


def on_terminal():
    terminal, other = pty.openpty()
    child = subprocess.Popen(LINE, stderr=other)
    os.close(other)
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    return child.wait(), shown


status, shown = on_terminal()
lines = shown.split(ERASE)
assert status == 0, "the sweep failed on a terminal"
assert any(b"points [" in line for line in lines), f"nothing tells how far it is: {shown!r}"
assert lines[-1] == b"", f"something is left on the terminal: {lines[-1]!r}"
silent = subprocess.run(LINE, stderr=subprocess.PIPE, check=True)
assert silent.stderr == b"", f"something is told where nobody looks: {silent.stderr!r}"
