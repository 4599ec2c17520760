"""Prints the API's version: /usr/bin/python3 bench/work/start_pylxd.py SOCKET"""

import sys
import warnings

warnings.simplefilter("ignore")

from urllib.parse import quote  # noqa: E402

from pylxd import Client  # noqa: E402

client = Client(endpoint="http+unix://" + quote(sys.argv[1], safe=""))
print(client.host_info["api_version"])
