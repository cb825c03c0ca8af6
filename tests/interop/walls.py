"""Every transport and every way through a wall: our client, and those that others wrote, sign in to a local data centre through
real proxies, ours and those that Debian has.

  walls.py TEST...      runs those tests; without any, all; --list names them

Needs in the environment the programs TGDC, TGCALL, TGPROXY, the preload REDIRECT, and for some tests NODE_MODULES.
"""
import signal
import sys
import traceback

import walls_direct
import walls_hostile
import walls_independent
import walls_matrix
import walls_mtproxy
import walls_proxies
from walls_rig import Rig

PARTS = {"direct": walls_direct, "proxies": walls_proxies, "mtproxy": walls_mtproxy, "hostile": walls_hostile,
         "independent": walls_independent, "matrix": walls_matrix}
TESTS = {part + "_" + test.__name__: test
         for part, module in PARTS.items()
         for test in module.TESTS + getattr(module, "FOREIGN", [])}


def run(name):
    with Rig() as rig:
        rig.tgdc()
        try:
            TESTS[name](rig)
        except Exception:  # the folder with the logs is about to go
            traceback.print_exc()
            print("--- the end of what the data centre said:\n" + rig.log("tgdc")[-3000:], file=sys.stderr)
            return False
    print(name, "ok", flush=True)
    return True


def main():
    names = sys.argv[1:] or list(TESTS)
    if names == ["--list"]:
        print("\n".join(TESTS))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and so end what was started
    failed = [name for name in names if not run(name)]
    if failed:
        print("failed:", *failed, file=sys.stderr)
    return 1 if failed else 0


sys.exit(main())
