"""Sessions in a database (sqlite:PATH#ACCOUNT): one process has an account at a time."""
import json
import os
import signal
import sqlite3
import subprocess
import time
import unittest

from rig import LOCAL, OK, RPC, TGCALL, USAGE, TestCase, clean_environment

PHONE = "15550003333"
KEY = "11" * 32


class Leased(TestCase):
    config = {"users": [{"phone": PHONE, "code": "23456"}]}

    def setUp(self):
        self.place = "sqlite:" + self.dc.path("accounts.db")
        self.one = self.place + "#one"

    def with_key(self, *words, **env):
        return self.call(*words, session=None, TGCALL_SESSION_KEY=KEY, **env)

    def sign_in(self, account):
        self.ends(OK, self.with_key("login", "--phone", PHONE, "--code", "23456", "--session", account))

    def test_signed_in_for_the_next_time(self):
        self.sign_in(self.one)
        answer = self.ends(OK, self.with_key("invoke", "users.getUsers", '{"id": [{"_": "inputUserSelf"}]}', "--session", self.one))
        self.assertEqual(answer.json()[0]["phone"], PHONE)
        with open(self.dc.path("key"), "w") as file:
            file.write("22" * 32 + "\n" + KEY + "\n")
        for _ in range(2):
            self.ends(OK, self.call("send", "me", "hello", "--session", self.one, "--session-key", self.dc.path("key"), session=None))
        # it is under the first key now, and under that alone
        self.assertIn("a key that is not given", self.ends(LOCAL, self.with_key("session", "show", self.one)).err)
        with open(self.dc.path("key"), "w") as file:
            file.write(KEY + "\n" + "22" * 32 + "\n")
        self.ends(OK, self.call("session", "show", self.one, "--session-key", self.dc.path("key"), session=None))
        other = self.ends(OK, self.with_key("session", "import", self.one, "--session", self.place + "#two"))
        self.assertIn("imported", other.err)
        for words in ("show", self.place + "#none"), ("export", "--to", "tlgen", "--session", self.place + "#none"):
            self.assertIn("there is no account none in " + self.place, self.ends(LOCAL, self.with_key("session", *words)).err)
        self.ends(USAGE, self.with_key("session", "export", "--to", "tlgen-file", self.place + "#three", "--session", self.one))
        self.assertIn("exists already", self.ends(LOCAL, self.with_key("session", "import", self.one, "--session", self.place + "#two")).err)

    def test_one_process_has_it_and_a_stopped_one_loses_it(self):
        account = self.place + "#held"
        self.sign_in(account)
        first = subprocess.Popen([TGCALL, "listen", *self.dc.server(), "--session", account], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=clean_environment() | {"TGCALL_SESSION_KEY": KEY})
        try:
            self.until_taken()
            result = self.ends(LOCAL, self.ask(account))
            self.assertIn("process %d" % first.pid, result.err)
            self.assertEqual(result.json()["error"]["class"], "store")
            first.send_signal(signal.SIGSTOP)
            self.until_free(account)
            first.send_signal(signal.SIGCONT)
            self.assertIn("taken the session over", first.communicate(timeout=120)[1].decode())
            self.assertEqual(first.returncode, LOCAL)
        finally:
            first.kill()
            first.communicate()

    def begin(self, *words, **more):
        process = subprocess.Popen([TGCALL, *words, *self.dc.server()], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=clean_environment(TGCALL_SESSION_KEY=KEY), **more)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def owner(self, name):
        with sqlite3.connect(self.place.removeprefix("sqlite:"), timeout=60) as database:
            return (database.execute("SELECT owner FROM tlgen_sessions WHERE account = ?", (name,)).fetchone() or [None])[0]

    def until(self, is_so, what):
        for _ in range(1200):
            if is_so():
                return
            time.sleep(0.1)
        self.fail(what)

    def given_back(self, name, number, process):
        """Ended by that signal, and nobody has the account, long before the lease would have run out by itself."""
        self.until(lambda: self.owner(name), "nobody takes it")
        process.send_signal(number)
        self.assertEqual(process.wait(60), -number)
        self.assertIsNone(self.owner(name), (name, number))

    def test_signals_give_it_back(self):
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            name = "signal-%d" % number
            account = self.place + "#" + name
            self.sign_in(account)
            self.given_back(name, number, self.begin("listen", "--session", account, stdin=subprocess.DEVNULL))
        # whatever it waits for: its input, a server that does not answer, a person, somebody who connects
        near, far = os.pipe()
        self.addCleanup(os.close, far)
        self.given_back(name, signal.SIGTERM, self.begin("serve", "--session", account, stdin=near))
        self.given_back("new", signal.SIGTERM, self.begin("login", "--session", self.place + "#new", stdin=near))
        os.close(near)
        self.dc.command(do="rule", method="help.getNearestDc", silent=True)
        calling = self.begin("invoke", "help.getNearestDc", "--session", account, stdin=subprocess.DEVNULL)
        self.until(lambda: self.dc.calls("help.getNearestDc"), "it does not call")
        self.given_back(name, signal.SIGINT, calling)
        self.dc.command(do="clear")
        path = self.dc.path("socket")
        serving = self.begin("serve", "--socket", path, "--session", account)
        self.until(lambda: os.path.exists(path), "no socket")
        self.given_back(name, signal.SIGTERM, serving)
        self.assertFalse(os.path.exists(path))

    def test_what_is_ignored_stays_so(self):
        account = self.place + "#ignored"
        self.sign_in(account)
        process = self.begin("listen", "--session", account, stdin=subprocess.DEVNULL,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.until(lambda: self.owner("ignored"), "nobody takes it")
        process.send_signal(signal.SIGHUP)
        time.sleep(1)
        self.assertIsNone(process.poll())
        self.given_back("ignored", signal.SIGTERM, process)

    def ask(self, account):
        return self.with_key("invoke", "help.getConfig", "--session", account)

    def until_taken(self):
        """The first process takes its time to start."""
        for _ in range(600):
            with sqlite3.connect(self.place.removeprefix("sqlite:")) as database:
                if database.execute("SELECT owner FROM tlgen_sessions WHERE account = 'held'").fetchone()[0]:
                    return
            time.sleep(0.1)
        self.fail("nobody takes it")

    def until_free(self, account):
        for _ in range(200):
            if self.ask(account).status == OK:
                return
            time.sleep(1)
        self.fail("it stays taken")

    def test_without_the_lease_a_served_call_ends_at_once(self):
        account = self.place + "#served"
        self.sign_in(account)
        server = subprocess.Popen([TGCALL, "serve", *self.dc.server(), "--session", account], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=clean_environment() | {"TGCALL_SESSION_KEY": KEY})

        def ask():
            server.stdin.write(b'{"jsonrpc": "2.0", "id": 1, "method": "invoke", "params": {"method": "help.getNearestDc"}}\n')
            server.stdin.flush()
            return json.loads(server.stdout.readline())

        self.assertIn("result", ask())
        with sqlite3.connect(self.place.removeprefix("sqlite:"), isolation_level=None) as database:
            database.execute("BEGIN EXCLUSIVE")  # nobody can renew it
            for _ in range(1200):
                answer = ask()
                if answer.get("error", {}).get("data", {}).get("class") == "store":
                    break  # not the one that was under way when it ran out
                time.sleep(0.1)
            database.execute("ROLLBACK")
        database.close()
        error = answer["error"]
        self.assertEqual((error["code"], error["data"]["class"]), (-32000, "store"))
        self.assertIn("the lease on the session has run out", error["message"])
        server.communicate(timeout=120)

    def database(self, *what):
        with sqlite3.connect(self.place.removeprefix("sqlite:"), timeout=60) as database:
            rows = database.execute(*what).fetchall()
        database.close()
        return rows

    def test_what_is_mistyped_makes_nothing(self):
        self.sign_in(self.one)
        typo, nowhere = self.place + "#typo", "sqlite:" + self.dc.path("typo.db")
        other = self.dc.path("other.db")
        with open(other, "wb"):
            pass
        for place in typo, nowhere + "#one", "sqlite:" + other + "#one":
            for words in (("invoke", "help.getConfig"), ("me",), ("listen",), ("serve",), ("send", "me", "x"), ("logout",)):
                self.assertIn("there is no account %s in " % place.split("#")[1], self.ends(LOCAL, self.with_key(*words, "--session", place)).err)
            for words in (("show", place), ("rekey", place), ("remove", place, "--yes"), ("restore", place), ("export", "--to", "tlgen", "--session", place)):
                result = self.ends(LOCAL, self.with_key("session", *words))
                self.assertIn("there is no account %s in " % place.split("#")[1], result.err)
                self.assertIn("error", result.json())
        self.ends(LOCAL, self.with_key("session", "rekey", nowhere))
        self.assertIn("no accounts in", self.ends(LOCAL, self.with_key("session", "rekey", "sqlite:" + other)).err)
        self.ends(LOCAL, self.with_key("session", "list", nowhere))
        self.assertIn("there is no database", self.ends(LOCAL, self.with_key("pool", "--table", nowhere)).err)
        self.assertFalse(os.path.exists(self.dc.path("typo.db")))
        self.assertEqual(os.path.getsize(other), 0)
        self.assertEqual(self.database("SELECT count(*) FROM tlgen_sessions WHERE account = 'typo'"), [(0,)])

    def test_accounts_are_listed_and_removed(self):
        self.place = "sqlite:" + self.dc.path("listed.db")
        for name in "one", "two":
            self.sign_in(self.place + "#" + name)
        listed = self.ends(OK, self.call("session", "list", self.place, session=None))
        self.assertEqual(listed.out, "one\ntwo\n")
        self.assertEqual(self.call("session", "list", self.place, "--json", session=None).json(), [{"account": "one"}, {"account": "two"}])
        one, two = self.place + "#one", self.place + "#two"
        self.assertIn("--yes", self.ends(USAGE, self.with_key("session", "remove", one)).err)
        holder = self.begin("listen", "--session", two, stdin=subprocess.DEVNULL)
        self.until(lambda: self.owner("two"), "nobody takes it")
        self.assertIn("process %d" % holder.pid, self.call("session", "list", self.place, session=None).out)
        self.assertIn("in use", self.ends(LOCAL, self.with_key("session", "remove", two, "--yes")).err)
        self.ends(OK, self.with_key("session", "remove", one, "--yes"))
        self.assertEqual(self.database("SELECT count(*) FROM tlgen_rows WHERE account = 'one'"), [(0,)])
        self.assertEqual([one["account"] for one in self.call("session", "list", self.place, "--json", session=None).json()], ["two"])
        self.assertIn("there is no account", self.ends(LOCAL, self.with_key("me", "--session", one)).err)
        self.sign_in(one)

    def test_one_that_was_emptied_or_damaged_is_left_as_it_is(self):
        account = self.place + "#emptied"
        self.sign_in(account)
        whole = self.database("SELECT session FROM tlgen_sessions WHERE account = 'emptied'")[0][0]
        for damaged, words in ((None, "is gone"), (b"", "is gone"), (b"x", "is no session"), (whole[:-1], "is damaged"), (whole[:30], "session")):
            self.database("UPDATE tlgen_sessions SET session = ? WHERE account = 'emptied'", (damaged,))
            for command in ("me",), ("login", "--phone", PHONE, "--code", "23456"), ("session", "show"), ("session", "import", self.one):
                if command[-1] == self.one:
                    self.sign_in(self.one)
                result = self.ends(LOCAL, self.with_key(*command, "--session", account))
                self.assertIn(words, result.err, command)
            self.assertEqual(self.database("SELECT session FROM tlgen_sessions WHERE account = 'emptied'"), [(damaged,)])
        self.ends(OK, self.with_key("session", "import", self.one, "--session", account, "--force"))
        self.ends(OK, self.with_key("me", "--session", account))

    def test_names_are_text(self):
        self.sign_in(self.one)
        for name in "a\x1b[31m", "a\nb", "\x7f", b"a\xff", "a" * 129:
            place = self.place.encode() + b"#" + (name if isinstance(name, bytes) else name.encode())
            result = self.ends(USAGE, self.with_key("login", "--phone", PHONE, "--code", "23456", "--session", place))
            self.assertIn("an account's name", result.err)
            self.assertNotIn("\x1b", result.err)
        for owner in "o\x1b[31m", "o" * 129, b"\xff":
            result = self.ends(USAGE, self.with_key("pool", "--table", self.place, "--owner", owner))
            self.assertIn("an owner's name", result.err)
        # what somebody else has put there is escaped
        self.database("INSERT INTO tlgen_sessions (account, fence, until_ms) VALUES (?, 1, 0)", ("evil\x1b[31m",))
        shown = self.ends(OK, self.call("session", "list", self.place, session=None)).out
        self.assertNotIn("\x1b", shown)
        self.assertIn("evil\\u001b[31m", shown)
        self.database("DELETE FROM tlgen_sessions WHERE account LIKE 'evil%'")

    def test_a_session_that_was_given_up_is_beside_it_and_comes_back(self):
        account = self.place + "#revoked"
        self.sign_in(account)
        self.dc.command(do="rule", method="users.getUsers", error="401 SESSION_REVOKED", times=1)
        result = self.with_key("me", "--session", account)
        self.assertEqual(result.status, RPC)
        self.assertNotIn("FILE.lost", result.err)
        self.assertIn("tgcall session restore URL#ACCOUNT", result.err)
        self.ends(LOCAL, self.with_key("session", "show", account))
        self.ends(OK, self.with_key("session", "restore", account))
        self.assertIn("signed in:    yes", self.ends(OK, self.with_key("session", "show", account)).out)
        self.ends(OK, self.with_key("me", "--session", account))
        self.assertIn("no session was set aside", self.ends(LOCAL, self.with_key("session", "restore", account)).err)

    def test_a_url_of_something_else_makes_no_file_and_shows_no_password(self):
        for wrong in "mysql://u:S3CRET@h/db#one", "POSTGRES+X://u:S3CRET@h/db#one":
            result = self.ends(USAGE, self.with_key("invoke", "help.getConfig", "--session", wrong))
            self.assertNotIn("S3CRET", result.err + result.out)
            self.assertIn("sqlite:PATH", result.err)
        plain = self.dc.path("plain.session")
        self.assertIn("--session-key", self.ends(USAGE, self.call("invoke", "help.getConfig", "--session", plain, "--session-key", plain,
                                                                     session=None)).err)
        self.assertFalse(os.path.exists(plain))
        self.sign_in(self.one)
        self.ends(OK, self.with_key("me", "--session", "SQLite" + self.one.removeprefix("sqlite")))

    def test_what_is_missing_is_told(self):
        self.assertIn("--session-key", self.ends(USAGE, self.call("invoke", "help.getConfig", "--session", self.one, session=None)).err)
        for wrong in "sqlite:", "sqlite:#one", "sqlite:x", "sqlite:x#", "sqlite::memory:#one", "sqlite:x#../one":
            self.assertIn("sqlite:PATH#ACCOUNT", self.ends(USAGE, self.with_key("invoke", "help.getConfig", "--session", wrong)).err)
        result = self.ends(LOCAL, self.with_key("invoke", "help.getConfig", "--session", "sqlite:/nowhere/x#one"))
        self.assertIn("/nowhere/x", result.err)
        self.sign_in(self.one)
        result = self.ends(LOCAL, self.call("invoke", "help.getConfig", "--session", self.one, session=None, TGCALL_SESSION_KEY="22" * 32))
        self.assertIn("a key that is not given", result.err)
        self.assertFalse(os.path.exists("sqlite:" + self.dc.path("accounts.db")))


if __name__ == "__main__":
    unittest.main()
