"""Three pools share accounts while they are killed, stopped and ended, the database is started anew, stopped or locked and connections are
cut, all as a number decides. Whatever the machine's pace: no key is ever used by two, no session is lost or older than its last save, and every
message comes.

    chaos.py [--database KIND] SEED SECONDS [ACCOUNTS]      KIND: sqlite, postgresql, redis
"""
import argparse
import os
import random
import signal
import sqlite3
import sys
import time

from fleet import Fleet, until

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tables"))
import servers  # noqa: E402  beside the suite of the library

TTL = 3
POOLS = ("kill", "kill", "end", "stop", "stop", "stop", "hang_up")
DATABASE = {"sqlite": ("lock", "lock"), "postgresql": ("restart", "cut", "pause"), "redis": ("restart", "cut", "pause")}


class Chaos:
    def __init__(self, seed, accounts, server):
        self.random = random.Random(seed)
        self.server = server
        self.troubles = POOLS + DATABASE[server.kind]
        self.first = sorted(set(self.troubles))  # a short run has each of them
        self.random.shuffle(self.first)
        self.fleet = Fleet(accounts, None if server.kind == "sqlite" else server.url)
        self.pools = {}
        self.stopped = {}  # name: when it goes on
        self.database, self.locked_until = None, 0
        self.paused_until = None
        self.done = {}

    def start(self, name):
        self.pools[name] = self.fleet.pool(name, "--ttl", str(TTL))

    def note(self, what):
        self.done[what] = self.done.get(what, 0) + 1

    # ---- trouble ----

    def kill(self, name):
        self.pools.pop(name).end(signal.SIGKILL)
        self.stopped.pop(name, None)

    def end(self, name):
        if name not in self.stopped:
            self.pools.pop(name).end()

    def stop(self, name):
        if name not in self.stopped:
            self.pools[name].process.send_signal(signal.SIGSTOP)
            self.stopped[name] = time.monotonic() + self.random.uniform(0, 3 * TTL)

    def lock(self, _):
        if not self.database:
            self.database = sqlite3.connect(self.fleet.path, isolation_level=None, timeout=60)
            self.database.execute("BEGIN EXCLUSIVE")
            self.locked_until = time.monotonic() + self.random.uniform(0, 2 * TTL)

    def hang_up(self, _):
        self.fleet.dc.command(do="disconnect")

    def restart(self, _):
        if self.paused_until is None:
            self.server.restart()

    def cut(self, _):
        if self.paused_until is None:
            self.server.cut()

    def pause(self, _):
        """It is there, and says nothing."""
        if self.paused_until is None:
            self.server.pause()
            self.paused_until = time.monotonic() + self.random.uniform(0, 2 * TTL)

    def let_go(self, all_of_it=False):
        now = time.monotonic()
        for name in [name for name, until_ in self.stopped.items() if all_of_it or until_ <= now]:
            self.pools[name].process.send_signal(signal.SIGCONT)
            del self.stopped[name]
        if self.paused_until is not None and (all_of_it or self.paused_until <= now):
            self.server.resume()
            self.paused_until = None
        if self.database and (all_of_it or self.locked_until <= now):
            self.database.execute("ROLLBACK")
            self.database.close()
            self.database = None

    def step(self, names):
        self.let_go()
        for name in names:
            if name not in self.pools and self.random.random() < 0.3:
                self.start(name)
        if self.random.random() < 0.15 and self.pools:
            what = self.first.pop() if self.first else self.random.choice(self.troubles)
            getattr(self, what)(self.random.choice(sorted(self.pools)))
            self.note(what)
        for name in self.random.sample(self.fleet.names, 2):
            self.fleet.send(name)

    # ---- what has to hold ----

    def run(self, seconds):
        fleet = self.fleet
        fleet.begin("--ttl", str(TTL))
        keys = fleet.report()["keys"]
        names = ["pool-a", "pool-b", "pool-c"]
        for name in names:
            self.start(name)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.step(names)
            time.sleep(0.1)
        self.let_go(True)
        for name in names:
            if name not in self.pools:
                self.start(name)
        self.settle()
        for name in names:
            self.pools.pop(name).end()
        self.check(keys)
        return "%d messages, %d processes, trouble: %s" % (len(fleet.sent), fleet.started, self.done)

    def settle(self):
        """Somebody has each account and has heard all: also of those whose lease a dead one had still."""
        fleet = self.fleet
        until(lambda: set().union(*(pool.holds() for pool in self.pools.values())) == set(fleet.names), "nobody has some accounts", 600)
        for name in fleet.names:
            fleet.send(name)
        until(lambda: not fleet.missing(), "messages that nobody heard", 600)

    def check(self, keys):
        fleet = self.fleet
        report = fleet.report()
        assert report["duplicated"] == 0, "%d keys were used by two" % report["duplicated"]
        assert report["keys"] == keys, "a session was lost: %d keys, not %d" % (report["keys"], keys)
        for pool in fleet.pools:
            for word in "login lost", "Sanitizer", "runtime error", "nobody is signed in":
                assert word not in pool.said(), (word, pool.said())
        last = fleet.pool("last", "--ttl", str(TTL))  # all was saved by those that ended: nothing comes again
        until(lambda: last.holds() == set(fleet.names), "not all can be claimed", 600)
        mark = {name: fleet.send(name) for name in fleet.names}
        until(lambda: not fleet.missing(), "messages that nobody heard", 600)
        again = [one for one in last.heard() if one[1] != mark[one[0]]]
        assert not again, "older than what was saved: %s" % again


def disturb(seed, seconds, accounts, server):
    chaos = Chaos(seed, accounts, server)
    try:
        print("seed %d, %s: %s" % (seed, server.kind, chaos.run(seconds)))
    except BaseException:
        print("seed %d, %s: it failed after %s" % (seed, server.kind, chaos.done), file=sys.stderr)
        raise
    finally:
        chaos.let_go(True)
        chaos.fleet.stop()


def main():
    parser = argparse.ArgumentParser(prog="chaos")
    parser.add_argument("--database", choices=sorted(DATABASE), default="sqlite")
    parser.add_argument("seed", type=int)
    parser.add_argument("seconds", type=int)
    parser.add_argument("accounts", type=int, nargs="?", default=200)
    args = parser.parse_args()
    if servers.missing(args.database):
        sys.exit("there is no %s" % ", ".join(servers.missing(args.database)))
    with servers.Server(args.database) as server:
        disturb(args.seed, args.seconds, args.accounts, server)


if __name__ == "__main__":
    main()
