#!/usr/bin/env python3
"""Our client against a server that others could have written: server.py [TEST]... runs tests by name, or all. TGCALL is the client,
EXAMPLES and SIGN_IN are those of the library."""
import sys
import time

import server_calls
import server_good
import server_keys
import server_messages
import server_network
import server_odd
import server_storms
import server_rig

GROUPS = [server_good, server_calls, server_keys, server_messages, server_network, server_odd, server_storms]


def main(wanted):
    tests = {module.__name__[7:] + "_" + test.__name__: test for module in GROUPS for test in module.TESTS}
    for name in wanted or tests:
        begin = time.monotonic()
        with server_rig.Rig() as rig:
            tests[name](rig)
        print("%s: ok, %.1f s" % (name, time.monotonic() - begin), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
