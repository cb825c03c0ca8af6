"""tgcall pool and streams of Redis: updates go into one, calls come out of one for each account, at least once whatever happens."""
import json
import os
import signal
import sys
import time
import unittest

from fleet import SENT, Fleet, until
from rig import USAGE, run
from resp import Redis

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tables"))
import servers  # noqa: E402  beside the suite of the library

TTL = ("--ttl", "3")
WHO = ("method", "users.getUsers", "params", '{"id": [{"_": "inputUserSelf"}]}')


class Streams(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = servers.Server("redis")
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.__enter__()
        cls.redis = Redis(cls.server)
        cls.addClassCleanup(cls.redis.close)
        cls.fleet = Fleet(4)
        cls.addClassCleanup(cls.fleet.stop)
        cls.fleet.begin(*TTL)

    def setUp(self):
        self.fleet.sent = {}
        self.redis.ask("FLUSHALL")
        self.addCleanup(self.nothing_was_used_twice)

    def nothing_was_used_twice(self):
        for pool in self.fleet.pools:
            if pool.process.poll() is None:
                pool.end(signal.SIGKILL)
            for word in "Sanitizer", "runtime error", "login lost":
                self.assertNotIn(word, pool.said())
        self.fleet.dc.command(do="clear")
        self.assertEqual(self.fleet.report()["duplicated"], 0)

    def pool(self, name, *words, updates=True, ttl="3"):
        words = ("--updates-to", "updates", *words) if updates else words
        return self.fleet.pool(name, "--streams", self.server.url, "--calls-from", "calls:", "--ttl", ttl, *words)

    def held_by(self, name, count=4):
        until(lambda: list(self.fleet.owners().values()).count(name) == count, "%s does not hold %d" % (name, count))

    # ---- updates ----

    def heard(self):
        return [(entry["account"], int(number)) for _, entry in self.redis.entries("updates") for number in SENT.findall(entry["updates"])]

    def missing(self):
        heard = set(self.heard())
        return [number for number, name in self.fleet.sent.items() if (name, number) not in heard]

    def all_heard(self):
        until(lambda: not self.missing(), "messages are missing in the stream")

    def send_all(self):
        for name in self.fleet.names:
            self.fleet.send(name)

    def test_updates_are_entries_and_nothing_comes_again(self):
        pool = self.pool("writer", ttl="30")
        self.send_all()
        self.all_heard()
        self.assertEqual(pool.heard(), [])  # not on standard output
        self.assertEqual(json.loads(self.redis.entries("updates")[0][1]["updates"])["_"][:6], "update")
        self.assertEqual(pool.end(), -signal.SIGTERM)
        count = len(self.heard())
        again = self.pool("again", ttl="30")
        self.held_by("again")
        self.fleet.send(self.fleet.names[0])
        self.all_heard()
        again.end()
        self.assertEqual(set(self.heard()[count:]), {(self.fleet.names[0], self.fleet.number)})

    def test_the_stream_is_bounded(self):
        for i in range(400):
            self.redis.ask("XADD", "updates", "*", "account", "nobody", "updates", "{}")
        self.pool("bounded", "--keep", "10")
        self.fleet.send(self.fleet.names[0])
        self.all_heard()
        self.assertLess(len(self.redis.entries("updates")), 210)  # "about": Redis drops whole nodes of 100

    def test_while_redis_is_away_updates_wait(self):
        pool = self.pool("waiting", ttl="30")
        self.held_by("waiting")
        self.server.stop()
        self.send_all()
        until(lambda: "the streams stand still" in pool.said(), "it does not notice")
        self.send_all()
        self.assertEqual(pool.process.poll(), None)
        self.assertEqual(pool.said().count("the streams stand still"), 1)  # it is told once
        self.server.start()
        self.all_heard()
        self.assertNotIn("given back", pool.said())
        self.assertEqual(pool.said().count("the streams go on"), 1)
        pool.end()

    def test_a_server_that_refuses_for_long_is_told_once(self):
        for stream in "updates", "tlgen:answers":
            with self.subTest(stream):
                self.redis.ask("DEL", stream)
                self.redis.ask("SET", stream, "no stream")
                pool = self.pool("refused-" + stream[:2])
                self.held_by("refused-" + stream[:2])
                self.fleet.send(self.fleet.names[0])
                self.call(self.fleet.names[1], *WHO)
                until(lambda: "the streams stand still" in pool.said(), "it is not told")
                tried = self.refusals()
                until(lambda: self.refusals() > tried + 3, "it is not asked again")
                self.assertEqual(pool.said().count("the streams"), 1, pool.said())
                self.assertRegex(pool.said(), "stream %s: .*WRONGTYPE" % stream)
                self.redis.ask("DEL", stream)
                self.all_heard()
                until(lambda: self.redis.ask("XLEN", "tlgen:answers"), "no answer")
                until(lambda: "the streams go on" in pool.said(), "it is not told to be back")
                self.assertEqual(pool.said().count("the streams"), 2, pool.said())
                pool.end()

    def refusals(self):
        """How often the server was asked whether it is there, as is done before each trial."""
        stats = self.redis.ask("INFO", "commandstats").decode()
        return int(stats.partition("cmdstat_ping:calls=")[2].partition(",")[0] or 0)

    def test_nothing_is_lost_with_those_that_end_while_redis_is_away(self):
        for name, how in ("killed", signal.SIGKILL), ("ended", signal.SIGTERM):
            with self.subTest(name):
                pool = self.pool(name)
                self.held_by(name)
                self.server.stop()
                self.send_all()
                until(lambda: "the streams stand still" in pool.said(), "it does not notice")
                pool.end(how)
                self.server.start()
                heir = self.pool("heir-of-" + name)
                self.all_heard()
                heir.end()

    def test_past_the_bound_accounts_are_given_back_and_nothing_is_lost(self):
        pool = self.pool("narrow", "--hold", "2")
        self.held_by("narrow")
        self.server.stop()
        self.send_all()
        self.send_all()
        until(lambda: "given back" in pool.said(), "it holds everything")
        self.server.start()
        self.all_heard()

    def test_a_server_that_says_nothing_stops_nobody(self):
        self.pool("patient")
        self.held_by("patient")
        self.server.pause()
        try:
            self.send_all()
        finally:
            self.server.resume()
        self.all_heard()

    # ---- calls ----

    def call(self, account, *fields):
        """The account and the id of the entry, which is of its stream alone."""
        return account, self.redis.ask("XADD", "calls:" + account, "*", *fields).decode()

    def answers(self):
        return {(entry["account"], entry["id"]): entry for _, entry in self.redis.entries("tlgen:answers")}

    def answer(self, call):
        until(lambda: call in self.answers(), "no answer to %s, %s" % call)
        return self.answers()[call]

    def none_is_left(self):
        for name in self.fleet.names:
            until(lambda: not self.redis.entries("calls:" + name), "calls stay in the stream")
            self.assertEqual(self.redis.ask("XPENDING", "calls:" + name, "tlgen")[0], 0)

    def test_calls_are_answered_by_who_has_the_account(self):
        before = self.call(self.fleet.names[0], "method", "help.getConfig")  # before anybody holds it
        one, two = self.pool("one", "--max", "2"), self.pool("two", "--max", "2", updates=False)
        self.held_by("one", 2)
        self.held_by("two", 2)
        ids = {name: self.call(name, *WHO, "ref", "to " + name)
               for name in self.fleet.names}
        for name, id in ids.items():
            answer = self.answer(id)
            self.assertEqual(answer["ref"], "to " + name)
            self.assertEqual(json.loads(answer["result"])[0]["username"], self.fleet.user(name))
        self.assertEqual(json.loads(self.answer(before)["result"])["_"], "config")
        self.none_is_left()
        self.assertEqual([one.end(), two.end()], [-signal.SIGTERM] * 2)

    def test_what_there_was_is_counted(self):
        path = self.fleet.dc.path("counted")
        pool = self.pool("counted", "--metrics", path)
        self.held_by("counted")
        self.fleet.send(self.fleet.names[0])
        self.all_heard()
        self.answer(self.call(self.fleet.names[0], *WHO))
        pool.end()
        with open(path) as file:
            values = dict(line.split() for line in file if line.startswith("tgpool_streams_"))
        self.assertGreaterEqual(int(values.pop("tgpool_streams_updates_total")), 1)
        self.assertEqual(values, {"tgpool_streams_up": "1", "tgpool_streams_calls_waiting": "0", "tgpool_streams_calls_total": "1",
                                  "tgpool_streams_answers_total": "1", "tgpool_streams_gone_total": "0"})

    def test_an_error_of_the_server_has_its_name(self):
        self.pool("asked")
        self.fleet.dc.command(do="rule", method="users.getUsers", error="CHAT_ID_INVALID", times=1)
        answer = self.answer(self.call(self.fleet.names[1], *WHO))
        error = json.loads(answer["error"])
        self.assertEqual((error["code"], error["name"]), (400, "CHAT_ID_INVALID"))
        self.assertNotIn("result", answer)

    def test_what_is_no_call_is_answered_and_holds_up_nothing(self):
        account = self.fleet.names[2]
        odd = [("x", "y"), ("method", ""), ("method", "no.such"), ("method", "user"), ("method", b"\0\xff\xfe"),
               ("method", "help.getConfig", "params", "{"), ("method", "help.getConfig", "params", '{"a": 1}'),
               ("method", "help.getConfig", "params", "[" * 100000), ("method", "users.getUsers"), ("method", "users.getUsers", "params", "5"),
               ("method", "help.getConfig", "params", '{"_": "user"}'), ("method", "help.getConfig", "ref", "r" * 2000),
               ("method", "help.getConfig", "params", b"\xff\0" * 9), ("method", "help.getConfig", "params", "{}" + " " * (1 << 20))]
        ids = [self.call(account, *fields) for fields in odd]
        good = self.call(account, *WHO, "ref", b"\0\x01")
        self.pool("careful")
        for fields, id in zip(odd, ids):
            error = json.loads(self.answer(id)["error"])
            self.assertEqual((error["class"], error["code"]), ("argument", 0), fields)
            self.assertTrue(error["text"], fields)
        self.assertEqual(self.answer(good)["ref"], "\0\x01")
        self.none_is_left()

    def test_nothing_is_answered_twice_while_all_goes_well(self):
        # a pool looks at all that was begun every 10 seconds, and what it is told then may be answered before that is read
        self.pool("busy")
        self.held_by("busy")
        end = time.monotonic() + 11
        ids = []
        while time.monotonic() < end:
            ids.append(self.call(self.fleet.names[0], "method", "no.such"))
            until(lambda: self.redis.ask("XLEN", "tlgen:answers") >= len(ids), "no answer to call %d" % len(ids))
        self.answer(self.call(self.fleet.names[0], *WHO))  # what was read before has been answered, too
        self.assertEqual([entry["id"] for _, entry in self.redis.entries("tlgen:answers")][:len(ids)], [id for _, id in ids])
        self.none_is_left()

    def test_one_stream_that_is_none_holds_up_no_other(self):
        self.redis.ask("SET", "calls:" + self.fleet.names[0], "no stream")
        pool = self.pool("careful")
        self.assertIn("result", self.answer(self.call(self.fleet.names[1], *WHO)))
        until(lambda: "its stream of calls: " in pool.said(), "it is not told")
        self.redis.ask("DEL", "calls:" + self.fleet.names[1])
        self.redis.ask("SET", "calls:" + self.fleet.names[1], "none any more")
        self.assertIn("result", self.answer(self.call(self.fleet.names[2], *WHO)))
        self.redis.ask("DEL", "calls:" + self.fleet.names[0])
        self.assertIn("result", self.answer(self.call(self.fleet.names[0], *WHO)))

    def test_a_call_of_one_that_was_killed_is_made_again(self):
        first = self.pool("killed")
        self.held_by("killed")
        self.fleet.dc.command(do="rule", method="users.getUsers", silent=True, times=1)
        before = self.fleet.dc.calls("users.getUsers")
        id = self.call(self.fleet.names[3], *WHO, "ref", "r")
        until(lambda: self.fleet.dc.calls("users.getUsers") > before, "it is not called")
        first.end(signal.SIGKILL)
        self.assertNotIn(id, self.answers())
        self.pool("heir")
        answer = self.answer(id)
        self.assertEqual(answer["ref"], "r")
        self.none_is_left()

    def test_a_call_of_one_that_ended_is_made_again(self):
        first = self.pool("ended")
        self.held_by("ended")
        self.fleet.dc.command(do="rule", method="users.getUsers", silent=True, times=1)
        before = self.fleet.dc.calls("users.getUsers")
        id = self.call(self.fleet.names[3], *WHO)
        until(lambda: self.fleet.dc.calls("users.getUsers") > before, "it is not called")
        first.end()
        self.assertNotIn(id, self.answers())
        self.pool("heir")
        self.assertIn("result", self.answer(id))

    def test_what_another_one_was_given_too_late_is_found(self):
        self.pool("finder")
        self.held_by("finder")
        key = "calls:" + self.fleet.names[0]
        self.assertIn("result", self.answer(self.call(self.fleet.names[0], *WHO)))
        for words in ("MULTI",), ("XADD", key, "*", *WHO), ("XREADGROUP", "GROUP", "tlgen", "pool", "STREAMS", key, ">"):
            self.redis.ask(*words)
        id = self.redis.ask("EXEC")[0].decode()  # was given to somebody who has the account no more
        self.assertIn("result", self.answer((self.fleet.names[0], id)))

    def test_a_server_that_has_forgotten_everything(self):
        self.pool("new")
        self.assertIn("result", self.answer(self.call(self.fleet.names[0], *WHO)))
        self.redis.ask("FLUSHALL")
        self.assertIn("result", self.answer(self.call(self.fleet.names[1], *WHO)))
        self.server.restart()
        id = self.call(self.fleet.names[2], *WHO)
        self.assertIn("result", self.answer(id))
        self.fleet.send(self.fleet.names[3])
        self.all_heard()

    def test_answers_wait_for_the_server(self):
        self.pool("late")
        self.held_by("late")
        self.fleet.dc.command(do="rule", method="users.getUsers", delay_ms=1500, times=1)
        before = self.fleet.dc.calls("users.getUsers")
        id = self.call(self.fleet.names[0], *WHO)
        until(lambda: self.fleet.dc.calls("users.getUsers") > before, "it is not called")
        self.server.restart()
        self.assertIn("result", self.answer(id))
        self.none_is_left()

    # ---- options ----

    def test_what_makes_no_sense_is_told(self):
        fleet, url = self.fleet, self.server.url
        for words in (("--updates-to", "u"), ("--calls-from", "c:"), ("--keep", "5"), ("--streams", url), ("--streams", url, "--answers-to", "a"),
                      ("--streams", "http://x", "--updates-to", "u"), ("--streams", "redis://:secret@h:x", "--updates-to", "u"),
                      ("--streams", url, "--updates-to", ""), ("--streams", url, "--updates-to", "u", "--keep", "0")):
            result = run("pool", "--table", fleet.table, *words, *fleet.dc.server(), env=fleet.env)
            self.assertEqual(result.status, USAGE, (words, result.err))
            self.assertNotIn("secret", result.err)


class LoggedOut(unittest.TestCase):
    def test_a_call_that_logs_out_ends_the_account(self):
        server = servers.Server("redis")
        self.addCleanup(server.__exit__)
        server.__enter__()
        redis, fleet = Redis(server), Fleet(1)
        self.addCleanup(redis.close)
        self.addCleanup(fleet.stop)
        pool = fleet.pool("one", "--streams", server.url, "--calls-from", "calls:", *TTL)
        until(lambda: pool.holds() == {"bot-000"}, "it is not claimed")
        redis.ask("XADD", "calls:bot-000", "*", "method", "auth.logOut")
        until(lambda: redis.entries("tlgen:answers"), "the call is not answered")
        answer = redis.entries("tlgen:answers")[0][1]
        self.assertEqual(json.loads(answer["result"])["_"], "auth.loggedOut")
        until(lambda: "bot-000: login lost: " in pool.said(), "it does not notice")
        until(lambda: fleet.owners()["bot-000"] != "one", "it is not given back")
        self.assertEqual(pool.end(), -signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
