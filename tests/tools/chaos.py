"""Three pools share accounts while they are killed, stopped and ended, the database is locked and connections are cut, all as a number
decides. Whatever the machine's pace: no key is ever used by two, no session is lost or older than its last save, and every message comes.

    chaos.py SEED SECONDS [ACCOUNTS]
"""
import random
import signal
import sqlite3
import sys
import time

from fleet import Fleet, until

TTL = 3


class Chaos:
    def __init__(self, seed, accounts):
        self.random = random.Random(seed)
        self.fleet = Fleet(accounts)
        self.pools = {}
        self.stopped = {}  # name: when it goes on
        self.database, self.locked_until = None, 0
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

    def cut(self, _):
        self.fleet.dc.command(do="disconnect")

    def let_go(self, all_of_it=False):
        now = time.monotonic()
        for name in [name for name, until_ in self.stopped.items() if all_of_it or until_ <= now]:
            self.pools[name].process.send_signal(signal.SIGCONT)
            del self.stopped[name]
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
            what = self.random.choice(("kill", "kill", "end", "stop", "stop", "stop", "lock", "cut"))
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
        until(lambda: not fleet.missing(), "messages that nobody heard", 600)
        for name in names:
            self.pools.pop(name).end()
        self.check(keys)
        return "%d messages, %d processes, trouble: %s" % (len(fleet.sent), fleet.started, self.done)

    def check(self, keys):
        fleet = self.fleet
        report = fleet.report()
        assert report["duplicated"] == 0, "%d keys were used by two" % report["duplicated"]
        assert report["keys"] == keys, "a session was lost: %d keys, not %d" % (report["keys"], keys)
        for pool in fleet.pools:
            for word in "login lost", "Sanitizer", "runtime error", "nobody is signed in":
                assert word not in pool.said(), (word, pool.said())
        last = fleet.pool("last", "--ttl", str(TTL))  # all was saved by those that ended: nothing comes again
        until(lambda: set(fleet.owners().values()) == {"last"}, "not all can be claimed", 600)
        mark = {name: fleet.send(name) for name in fleet.names}
        until(lambda: not fleet.missing(), "messages that nobody heard", 600)
        again = [one for one in last.heard() if one[1] != mark[one[0]]]
        assert not again, "older than what was saved: %s" % again


def main(seed, seconds, accounts=200):
    chaos = Chaos(seed, accounts)
    try:
        print("seed %d: %s" % (seed, chaos.run(seconds)))
    except BaseException:
        print("seed %d failed after %s" % (seed, chaos.done), file=sys.stderr)
        raise
    finally:
        chaos.let_go(True)
        chaos.fleet.stop()


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
