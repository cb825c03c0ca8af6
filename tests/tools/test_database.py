"""Sessions in a database of the kind TABLE_KIND, whatever that is: sessions, peers, states, other keys, passwords."""
import os
import sys
import unittest

from rig import LOCAL, OK, USAGE, TestCase

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tables"))
import servers  # noqa: E402  beside the suite of the library

PHONE = "15550003333"
KEY = "11" * 32


class Database(TestCase):
    kind = os.environ["TABLE_KIND"]
    config = {"users": [{"phone": PHONE, "code": "23456"}, {"phone": "15550004444", "first_name": "Ada", "username": "ada"}]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = servers.Server(cls.kind)
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.__enter__()

    def setUp(self):
        self.place = self.server.url
        self.keys = self.dc.path("keys")
        self.write_keys(KEY)

    def write_keys(self, *keys):
        with open(self.keys, "w") as file:
            file.write("\n".join(keys) + "\n")

    def at(self, account, *words, **env):
        return self.call(*words, "--session", self.place + "#" + account, "--session-key", self.keys, session=None, **env)

    def sign_in(self, account):
        self.ends(OK, self.at(account, "login", "--phone", PHONE, "--code", "23456"))

    def test_signed_in_and_acquainted_for_the_next_time(self):
        self.sign_in("one")
        self.ends(OK, self.at("one", "send", "@ada", "hello"))
        asked = self.dc.calls("contacts.resolveUsername")
        self.assertGreater(asked, 0)
        self.ends(OK, self.at("one", "send", "@ada", "hello again"))
        self.assertEqual(self.dc.calls("contacts.resolveUsername"), asked)  # she is known by her row
        self.assertFalse([name for name in os.listdir(".") if name.endswith(".peers")])
        shown = self.ends(OK, self.call("session", "show", self.place + "#one", "--session-key", self.keys, session=None))
        self.assertIn("signed in:    yes", shown.out)

    def test_all_accounts_get_another_key(self):
        for account in "first", "second":
            self.sign_in(account)
            self.ends(OK, self.at(account, "send", "@ada", "hello"))
        new = "22" * 32
        self.write_keys(new, KEY)
        url = self.place
        rekeyed = self.ends(OK, self.call("session", "rekey", url, "--session-key", self.keys, session=None)).json()
        self.assertGreaterEqual(rekeyed["encrypted"], 2)
        self.assertEqual(rekeyed["failed"], 0)
        self.write_keys(new)
        asked = self.dc.calls("contacts.resolveUsername")
        for account in "first", "second":
            self.ends(OK, self.at(account, "send", "@ada", "hello"))
        self.assertEqual(self.dc.calls("contacts.resolveUsername"), asked)
        self.write_keys(KEY)
        result = self.ends(LOCAL, self.call("session", "rekey", url + "#first", "--session-key", self.keys, session=None))
        self.assertIn("a key that is not given", result.err)
        self.assertEqual(result.json(), {"encrypted": 0, "failed": 1})
        self.write_keys(new, KEY)
        self.ends(USAGE, self.call("session", "rekey", "me.session", session=None))
        self.ends(USAGE, self.call("session", "rekey", url, session=None))
        self.write_keys(KEY, new)
        self.ends(OK, self.call("session", "rekey", url, "--session-key", self.keys, session=None))

    def test_the_password_is_never_shown(self):
        if self.kind == "sqlite":
            self.skipTest("it has none")
        wrong = self.place.replace(servers.ENCODED, "secret%40word")
        results = [self.ends(LOCAL, self.call("invoke", "help.getConfig", "--session", wrong + "#one", "--session-key", self.keys, session=None)),
                   self.ends(USAGE, self.call("invoke", "help.getConfig", "--session", wrong, "--session-key", self.keys, session=None)),
                   self.ends(LOCAL, self.call("session", "show", self.place + "#none", "--session-key", self.keys, session=None)),
                   self.ends(LOCAL, self.call("session", "rekey", wrong, "--session-key", self.keys, session=None))]
        for result in results:
            for word in "secret", servers.ENCODED, servers.PASSWORD:
                self.assertNotIn(word, result.err + result.out)
        # from the environment, it works
        without = self.place.replace(":" + servers.ENCODED, "").replace("//@", "//")
        self.ends(OK, self.call("login", "--phone", PHONE, "--code", "23456", "--session", without + "#env", "--session-key", self.keys,
                                session=None, PGPASSWORD=servers.PASSWORD, REDISCLI_AUTH=servers.PASSWORD))


if __name__ == "__main__":
    unittest.main()
