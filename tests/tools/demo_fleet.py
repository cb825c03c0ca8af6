"""Two pools, one killed: the other has its bots within a lease's time. Prints what happens."""
import signal
import time

from fleet import Fleet, until

TTL, BOTS = 5, 8


def main():
    print("a data centre, %d bots in a database, leases of %d seconds" % (BOTS, TTL), flush=True)
    fleet = Fleet(BOTS)
    try:
        fleet.begin("--ttl", str(TTL))
        first = fleet.pool("pool-1", "--ttl", str(TTL), "--max", str(BOTS // 2))
        until(lambda: list(fleet.owners().values()).count("pool-1") == BOTS // 2, "pool-1 takes none")
        fleet.pool("pool-2", "--ttl", str(TTL))
        until(lambda: list(fleet.owners().values()).count("pool-2") == BOTS - BOTS // 2, "pool-2 takes none")
        show(fleet)
        print("pool-1 is killed (kill -9); every bot is sent a message", flush=True)
        first.end(signal.SIGKILL)
        began = time.monotonic()
        for name in fleet.names:
            fleet.send(name)
        until(lambda: set(fleet.owners().values()) == {"pool-2"}, "nobody takes them over")
        print("pool-2 has its bots, %.1f seconds later" % (time.monotonic() - began), flush=True)
        show(fleet)
        until(lambda: not fleet.missing(), "messages that nobody heard")
        print("every message was heard; keys that two processes used: %d" % fleet.report()["duplicated"])
        assert fleet.report()["duplicated"] == 0
    finally:
        fleet.stop()


def show(fleet):
    owners = fleet.owners()
    for owner in sorted(set(owners.values())):
        print("  %s: %s" % (owner, " ".join(sorted(name for name in owners if owners[name] == owner))), flush=True)


if __name__ == "__main__":
    main()
