"""Bots in a database, pools that share them, and somebody who writes to them: for tests of what processes do to one another."""
import concurrent.futures
import json
import os
import re
import signal
import sqlite3
import subprocess
import time

from rig import OK, TGCALL, DataCentre, clean_environment, run

KEY = "11" * 32
PHONE, CODE = "15550004444", "23456"
ENDS = ("taken over", "login lost", "given back", "not given back")
SENT = re.compile(r'"message":"m-(\d+)"')


def until(is_so, what, seconds=300):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError(what)


class Pool:
    """A process that holds accounts. What it prints goes into files of its own."""

    def __init__(self, fleet, name, *words):
        self.name = name
        self.out, self.err = (fleet.dc.path("%s.%d.%s" % (name, fleet.started, kind)) for kind in ("out", "err"))
        fleet.started += 1
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen([TGCALL, "pool", "--table", fleet.table, "--owner", name, *fleet.dc.server(), *words],
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=fleet.env)
        fleet.pools.append(self)

    def said(self):
        with open(self.err, encoding="utf-8", errors="replace") as file:
            return file.read()

    def heard(self):
        """(account, number) of every message, as often as it came."""
        with open(self.out, encoding="utf-8", errors="replace") as file:
            lines = [line for line in file if line.endswith("\n")]  # the last one may have been cut
        return [(json.loads(line)["account"], int(number)) for line in lines for number in SENT.findall(line)]

    def holds(self):
        """The accounts that it has, as it says."""
        names = set()
        for line in self.said().splitlines():
            words = line.split(": ")
            if len(words) > 2 and words[2] == "claimed":
                names.add(words[1])
            elif len(words) > 2 and words[2].startswith(ENDS):
                names.discard(words[1])
        return names

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(300)


class Fleet:
    def __init__(self, accounts, table=None):
        self.names = ["bot-%03d" % i for i in range(accounts)]
        tokens = ["%d:%s" % (1000 + i, "A" * 35) for i in range(accounts)]
        self.dc = DataCentre({"users": [{"phone": PHONE, "code": CODE}], "duplicates": True,
                              "bots": [{"token": token, "username": self.user(name)} for token, name in zip(tokens, self.names)]})
        self.path = self.dc.path("accounts.db")
        self.table = table or "sqlite:" + self.path
        self.env = clean_environment(TGCALL_SESSION_KEY=KEY)
        self.pools, self.started, self.sent, self.number = [], 0, {}, 0
        with concurrent.futures.ThreadPoolExecutor(2) as several:
            for result in several.map(self.sign_in, self.names, tokens):
                assert result.status == OK, result.err
        result = run("login", "--phone", PHONE, "--code", CODE, *self.dc.server("writer"), env=self.env)
        assert result.status == OK, result.err
        self.writer = subprocess.Popen([TGCALL, "serve", "--allow", "*", *self.dc.server("writer")], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, env=self.env)

    @staticmethod
    def user(name):
        return name.replace("-", "_") + "_bot"

    def sign_in(self, name, token):
        return run("login", "--bot-token", token, *self.dc.server(), "--session", self.table + "#" + name, env=self.env)

    def pool(self, name, *words):
        return Pool(self, name, *words)

    def send(self, name):
        """A message to a bot. Its number."""
        number = self.number = self.number + 1
        request = {"jsonrpc": "2.0", "id": number, "method": "invoke", "params": {"method": "messages.sendMessage", "params": {
            "peer": "@" + self.user(name), "message": "m-%d" % number, "random_id": str(number + 1)}}}
        self.writer.stdin.write(json.dumps(request).encode() + b"\n")
        self.writer.stdin.flush()
        answer = json.loads(self.writer.stdout.readline())
        assert "result" in answer, answer
        self.sent[number] = name
        return number

    def heard(self):
        return [one for pool in self.pools for one in pool.heard()]

    def missing(self):
        heard = set(self.heard())
        return [number for number, name in self.sent.items() if (name, number) not in heard]

    def begin(self, *words):
        """Every account has heard something, and where it is was saved: from now on nothing may be missed."""
        pool = self.pool("first", *words)
        waiting = set(self.names)

        def all_heard():
            for name in waiting:
                self.send(name)
            time.sleep(1)
            waiting.difference_update(name for name, _ in pool.heard())
            return not waiting
        until(all_heard, "somebody hears nothing: " + pool.said()[-2000:])
        assert pool.end() == -signal.SIGTERM, pool.said()
        self.sent = {number: name for number, name in self.sent.items() if (name, number) in set(self.heard())}
        return pool

    def owners(self):
        with sqlite3.connect(self.path, timeout=60) as database:
            return dict(database.execute("SELECT account, owner FROM tlgen_sessions"))

    def report(self):
        self.dc.control.sendall(b'{"do": "report"}\n')
        return json.loads(self.dc.control.makefile().readline())

    def stop(self):
        for pool in self.pools:
            if pool.process.poll() is None:
                pool.process.kill()
                pool.process.wait()
        self.writer.stdin.close()
        self.writer.stdout.close()
        self.writer.wait(60)
        self.dc.stop()
