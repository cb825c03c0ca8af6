"""A session that the server gives up, or that is of other servers: what is kept, what is said, and the way back."""
import base64
import os
import shutil
import stat
import struct
import tempfile
import unittest

from rig import LOCAL, NETWORK, USAGE, DataCentre, TestCase, clean_environment, run

PHONE = "15550002224"
USER = {"phone": PHONE, "code": "23456"}


def kept(test, path):
    """What must stay of a session: its key, where that is from, and whose it is. Not the time, which any answer may set."""
    string = run("session", "export", "--to", "telethon", "--session", path)
    test.assertEqual(string.status, 0, string.err)
    return string.out, run("session", "show", "--json", path).json()["user_id"]


class Nothing(TestCase):
    def test_what_fails_leaves_no_file_where_there_was_none(self):
        for words in ("me",), ("send", "me", "x"), ("invoke", "help.getConfig"), ("login", "--phone", PHONE, "--code", "1"):
            folder = tempfile.mkdtemp(dir=self.dc.dir)
            path = os.path.join(folder, "session")
            for place in (["--session", path], ["--account", "work"]):
                result = run(*words, "--dc", "127.0.0.1:1", *place, "--timeout", "5", env=clean_environment(XDG_CONFIG_HOME=folder))
                self.assertEqual(result.status, NETWORK, result.err)
            left = [name for _, _, names in os.walk(folder) for name in names]
            self.assertEqual(left, [], words)
            # what is there stays as it is
            for content in b"", b"nonsense":
                with open(path, "wb") as file:
                    file.write(content)
                run(*words, "--dc", "127.0.0.1:1", "--session", path)
                with open(path, "rb") as file:
                    self.assertEqual(file.read(), content)

    def test_showing_what_is_not_there_makes_nothing(self):
        folder = tempfile.mkdtemp(dir=self.dc.dir)
        for place in os.path.join(folder, "x"), "sqlite:" + os.path.join(folder, "x.db") + "#one":
            for words in (("show", place), ("show", "--session", place), ("export", "--to", "tlgen", "--session", place)):
                self.assertEqual(run("session", *words, env=clean_environment(TGCALL_SESSION_KEY="11" * 32)).status, LOCAL)
        self.assertEqual(os.listdir(folder), [])


class Lost(TestCase):
    config = {"users": [USER]}

    def setUp(self):
        self.name = self._testMethodName
        self.login()

    def login(self):
        self.me = self.works("login", "--phone", PHONE, "--code", "23456", session=self.name)

    def lose(self):
        """The server says once that the authorization is revoked, which is a lie."""
        self.dc.command(do="rule", method="users.getUsers", error="401 SESSION_REVOKED", times=1)
        return self.call("me", session=self.name)

    def path(self):
        return self.dc.path(self.name)

    def lost(self):
        return self.path() + ".lost"

    def kept(self):
        return kept(self, self.path())

    def test_what_is_given_up_is_kept_and_one_can_go_back(self):
        before = self.kept()
        result = self.lose()
        self.assertEqual(result.status, 1, result.err)
        self.assertIn(".lost", result.err)
        self.assertIn("tgcall session import", result.err)
        self.assertEqual(stat.S_IMODE(os.stat(self.lost()).st_mode), 0o600)
        shown = run("session", "show", self.path())
        self.assertIn("signed in: no", " ".join(shown.out.split()))
        # the way back, as it was said
        self.works_locally("session", "import", self.lost(), "--session", self.path(), "--force")
        self.assertEqual(self.kept(), before)
        self.assertEqual(self.works("me", session=self.name)["id"], self.me["id"])

    def works_locally(self, *words):
        result = run(*words)
        self.assertEqual(result.status, 0, result.err)

    def test_it_stays_until_somebody_has_signed_in(self):
        self.lose()
        kept = self.read(self.lost())
        self.fails("PHONE_CODE_INVALID", "login", "--phone", PHONE, "--code", "1", session=self.name)
        self.fails("AUTH_KEY_UNREGISTERED", "invoke", "updates.getState", session=self.name)
        self.assertEqual(self.read(self.lost()), kept)
        self.login()
        self.assertFalse(os.path.exists(self.lost()))

    def test_a_key_that_is_forgotten_right_after_it_was_made_is_no_proof(self):
        before = self.kept()
        self.dc.command(do="forget", which="all")
        result = self.ends(NETWORK, self.call("me", session=self.name))
        self.assertIn("does not know this key", result.json()["error"]["text"])
        self.assertEqual(self.kept(), before)
        self.assertFalse(os.path.exists(self.lost()))

    def test_a_lost_session_with_a_password_has_it_still(self):
        self.works("login", "--phone", PHONE, "--code", "23456", session="locked", TGCALL_SESSION_PASSWORD="horse")
        self.dc.command(do="rule", method="users.getUsers", error="401 SESSION_REVOKED", times=1)
        self.call("me", session="locked", TGCALL_SESSION_PASSWORD="horse")
        path = self.dc.path("locked.lost")
        self.assertNotEqual(run("session", "show", path).status, 0)
        self.assertEqual(run("session", "show", path, "--password", "horse").status, 0)

    @staticmethod
    def read(path):
        with open(path, "rb") as file:
            return file.read()


class Servers(TestCase):
    config = {"users": [USER]}

    def setUp(self):
        self.works("login", "--phone", PHONE, "--code", "23456")

    def me(self, *words):
        return run("me", *words, "--session", self.dc.path("me"))

    def refused(self, *words):
        before = Lost.read(self.dc.path("me"))
        result = self.me(*words)
        self.assertEqual(result.status, USAGE, result.err)
        self.assertIn("Nothing was sent", result.err)
        self.assertEqual(Lost.read(self.dc.path("me")), before)
        return result

    def test_other_servers_are_refused_and_one_option_overrides_that(self):
        other = DataCentre(self.config)
        self.addCleanup(other.stop)
        there = ["--dc", other.address, "--dc-id", other.dc, "--public-key", other.key]
        self.assertIn("servers of one's own", self.refused(*there).err)
        self.assertEqual(other.calls("help.getConfig"), 0)
        shutil.copy(self.dc.path("me"), self.dc.path("copy"))
        result = run("me", *there, "--any-servers", "--session", self.dc.path("copy"))
        self.assertIn("does not know this key", result.json()["error"]["text"]) # it was asked, and makes no difference
        self.assertEqual(kept(self, self.dc.path("copy")), kept(self, self.dc.path("me")))

    def test_telegrams_own_are_refused_too(self):
        self.assertIn("Telegram's servers", self.refused().err)
        self.refused("--test")

    def test_a_session_of_another_library_does_not_say_and_is_not_lost(self):
        """A string that holds no address may be of these servers, or of Telegram's: they cannot say that its key is none."""
        text = base64.urlsafe_b64encode(struct.pack(">BI?256sQ?", 2, 1, False, bytes(range(256)), 42, False))
        path = self.dc.path("foreign")
        self.assertEqual(run("session", "import", text, "--session", path).status, 0)
        before = run("session", "show", "--json", path).json()["keys"], run("session", "show", "--json", path).json()["user_id"]
        there = ["--dc", self.dc.address, "--dc-id", self.dc.dc, "--public-key", self.dc.key]
        for _ in range(2):
            result = run("me", *there, "--session", path)
            self.assertEqual(result.status, NETWORK, result.err)
            self.assertIn("of other servers", result.json()["error"]["text"])
        shown = run("session", "show", "--json", path).json()
        self.assertEqual((shown["keys"], shown["user_id"]), before)
        self.assertFalse(os.path.exists(path + ".lost"))

    def test_another_data_centre_is_refused(self):
        there = ["--dc", self.dc.address, "--dc-id", "4", "--public-key", self.dc.key]
        result = self.refused(*there)
        self.assertIn("data centre 2", result.err)
        self.assertIn("data centre 4", result.err)

    def test_the_same_one_elsewhere_is_taken(self):
        """A machine that moved: the same key, another address."""
        here = ["--dc", self.dc.address.replace("127.0.0.1", "localhost"), "--dc-id", self.dc.dc, "--public-key", self.dc.key]
        self.assertEqual(self.me(*here).status, 0)


if __name__ == "__main__":
    unittest.main()
