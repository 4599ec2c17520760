"""Writes a line when it is ready; then does one piece of work through pylxd whenever a line comes, and
writes the milliseconds that it took.

/usr/bin/python3 bench/work/pylxd_worker.py WORK SOCKET
"""

import logging
import sys
import time
import warnings

logging.disable()
warnings.simplefilter("ignore")

from pylxd import Client  # noqa: E402
from urllib.parse import quote  # noqa: E402


def exec_true(socket):
    client = Client(endpoint="http+unix://" + quote(socket, safe=""))
    container = client.containers.get("bench")

    def once():
        result = container.execute(["true"])
        assert result.exit_code == 0

    return once


work, *args = sys.argv[1:]
once = {"exec_true": exec_true}[work](*args)
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    once()
    print((time.perf_counter() - start) * 1000, flush=True)
