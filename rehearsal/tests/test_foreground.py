"""Test of Ctrl-C during a command in the foreground."""

import os
import signal
import subprocess
import sys

# It reports its start, and its orderly end takes longer than the time that Python by default waits after Ctrl-C.
COMMAND = """
import signal, sys, time
def end(*_):
    time.sleep(1)
    print("ended in order", flush=True)
    sys.exit(3)
signal.signal(signal.SIGINT, end)
print("runs", flush=True)
signal.pause()
"""
STARTER = f"""
import os, sys
from rehearsal import foreground
code = foreground.run([sys.executable, "-c", {COMMAND!r}], env=os.environ)
print("code", code, flush=True)
"""


def test_a_command_ends_in_order_when_ctrl_c_is_pressed() -> None:
    process = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout
    assert process.stdout.readline() == "runs\n"
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert output == "ended in order\ncode 3\n"
