"""tgcall pool: accounts that processes share, from one to the other without a message lost."""
import json
import os
import signal
import time
import unittest
import urllib.request

import fleet
from fleet import Fleet, until
from rig import LOCAL, USAGE, clean_environment, run

TTL = ("--ttl", "3")


class Lost(unittest.TestCase):
    def test_an_account_that_somebody_has_signed_in_to_again_is_claimed_again(self):
        fleet_ = Fleet(1)
        self.addCleanup(fleet_.stop)
        pool = fleet_.pool("patient", "--again", "1", *TTL)
        until(lambda: pool.holds() == {"bot-000"}, "it is not claimed")
        fleet_.dc.command(do="forget", which="all")
        fleet_.dc.command(do="disconnect")
        until(lambda: "bot-000: login lost" in pool.said(), "it does not notice")
        until(lambda: "nobody is signed in" in pool.said(), "it does not look again")
        until(lambda: fleet_.sign_in("bot-000", "1000:" + "A" * 35).status == 0, "nobody can sign in")
        until(lambda: pool.said().count("bot-000: claimed") == 2, "it is not claimed again")
        self.assertEqual(pool.end(), -signal.SIGTERM)


class Pools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet(6)
        cls.addClassCleanup(cls.fleet.stop)
        for name in cls.fleet.names:  # nobody has listened yet
            cls.fleet.send(name)
        first = cls.fleet.pool("first", *TTL)
        until(lambda: not cls.fleet.missing(), "what came between sign-in and pool is missing")
        assert first.end() == -signal.SIGTERM, first.said()

    def setUp(self):
        self.addCleanup(self.nothing_was_used_twice)

    def nothing_was_used_twice(self):
        for pool in self.fleet.pools:
            if pool.process.poll() is None:
                pool.end(signal.SIGKILL)
            for word in "Sanitizer", "runtime error", "login lost":
                self.assertNotIn(word, pool.said())
        report = self.fleet.report()
        self.assertEqual((report["duplicated"], report["keys"]), (0, 7))

    def all_heard(self):
        until(lambda: not self.fleet.missing(), "messages are missing")

    def held_by(self, name, count):
        until(lambda: list(self.fleet.owners().values()).count(name) == count, "%s does not hold %d" % (name, count))

    def test_what_was_missed_comes_and_nothing_comes_again(self):
        for name in self.fleet.names:
            self.fleet.send(name)
        pool = self.fleet.pool("second", *TTL)
        self.all_heard()
        self.fleet.send(self.fleet.names[0])
        self.all_heard()
        self.assertEqual(pool.end(), -signal.SIGTERM)
        self.assertEqual(set(self.fleet.owners().values()), {None})  # given back
        again = self.fleet.pool("third", *TTL)
        self.held_by("third", 6)
        self.fleet.send(self.fleet.names[1])
        self.all_heard()
        self.assertEqual(again.heard(), [(self.fleet.names[1], self.fleet.number)])

    def test_one_that_was_killed_is_taken_over(self):
        first = self.fleet.pool("killed", *TTL)
        self.held_by("killed", 6)
        second = self.fleet.pool("heir", *TTL)
        for name in self.fleet.names:
            self.fleet.send(name)
        first.end(signal.SIGKILL)
        for name in self.fleet.names:
            self.fleet.send(name)
        self.held_by("heir", 6)
        self.all_heard()
        self.assertIsNone(second.process.poll())

    def test_one_that_was_stopped_sends_nothing_when_it_goes_on(self):
        first = self.fleet.pool("stopped", *TTL)
        self.held_by("stopped", 6)
        first.process.send_signal(signal.SIGSTOP)
        self.fleet.pool("heir", *TTL)
        self.held_by("heir", 6)
        first.process.send_signal(signal.SIGCONT)
        until(lambda: first.said().count("taken over by another process") >= 6, "it does not notice")
        for name in self.fleet.names:
            self.fleet.send(name)
        self.all_heard()
        self.assertEqual(first.end(), -signal.SIGTERM)
        news = first.said().splitlines()
        for name in self.fleet.names:  # each end is told once
            words = [line.split(": ")[2] for line in news if name in line]
            self.assertEqual(words[:2], ["claimed", "taken over by another process"], news)
            self.assertEqual(set(words[0::2]), {"claimed"}, news)
            self.assertLessEqual(set(words[1::2]), {"taken over by another process", "given back"}, news)

    def test_so_many_and_no_more(self):
        some = [self.fleet.pool("some-%d" % i, "--max", "2", *TTL) for i in range(3)]
        for i in range(3):
            self.held_by("some-%d" % i, 2)
        some[0].end()
        self.assertEqual(list(self.fleet.owners().values()).count(None), 2)

    def test_metrics(self):
        path = self.fleet.dc.path("metrics")
        pool = self.fleet.pool("measured", "--metrics", "127.0.0.1:0", *TTL)
        self.held_by("measured", 6)
        until(lambda: "metrics at" in pool.said(), "no address")
        url = pool.said().split("metrics at ")[1].split()[0]
        with urllib.request.urlopen(url, timeout=60) as answer:
            text = answer.read().decode()
        self.assertIn("# TYPE tgpool_accounts_held gauge\ntgpool_accounts_held 6\n", text)
        self.assertIn("\ntgpool_claims_total 6\n", text)
        pool.end()
        pool = self.fleet.pool("noted", "--metrics", path, *TTL)
        until(lambda: os.path.exists(path), "no file")
        pool.end()
        with open(path) as file:
            text = file.read()
        self.assertIn("tgpool_reconnects_total ", text)
        self.assertIn("\ntgpool_accounts_held 0\n", text)  # as it is now

    def test_what_makes_no_sense_is_told(self):
        fleet_ = self.fleet
        for words in ((), ("--table", "x"), ("--table", fleet_.table + "#one"), ("--table", fleet_.table, "--max", "0"),
                      ("--table", fleet_.table, "--ttl", "x"), ("--table", fleet_.table, "--metrics", "1.2.3.4:80"),
                      ("--table", fleet_.table, "--metrics", "/nowhere/metrics"), ("--table", fleet_.table, "--metrics", fleet_.dc.dir)):
            result = run("pool", *words, *fleet_.dc.server(), env=fleet_.env)
            self.assertEqual(result.status, USAGE, (words, result.err))
        result = run("pool", "--table", fleet_.table, *fleet_.dc.server("one"), env=fleet_.env)
        self.assertEqual(result.status, USAGE)
        self.assertIn("--session and --account name one", result.err)
        result = run("pool", "--table", fleet_.table, *fleet_.dc.server(), env=clean_environment())
        self.assertIn("needs a key", result.err)
        self.assertEqual(result.status, USAGE)


if __name__ == "__main__":
    unittest.main()
