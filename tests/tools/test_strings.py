"""Sessions that are given as strings: of every library, from an option or the environment, in memory only."""
import base64
import os
import struct
import unittest

from rig import LOCAL, OK, RPC, USAGE, TestCase, clean_environment, run

PHONE = "15550004444"


class Strings(TestCase):
    config = {"users": [{"phone": PHONE, "code": "23456"}]}
    dcs = 2

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        login = run("login", "--phone", PHONE, "--code", "23456", *cls.dc.server("kept"), env=clean_environment())
        assert login.status == OK, login.err
        cls.me = login.json()["id"]
        cls.session = cls.dc.path("kept")

    def export(self, form):
        return run("session", "export", "--to", form, "--session", self.session, "--api-id", "1", "--user-id", str(self.me))

    def string(self, form):
        return self.ends(OK, self.export(form)).out.strip()

    def strings(self):
        """One of each kind: as exported, and as the libraries make them whose strings hold no address that is not Telegram's."""
        telethon = self.string("telethon")
        dc, address, port, key = struct.unpack(">B4sH256s", base64.urlsafe_b64decode(telethon[1:]))
        gramjs = struct.pack(">BH9sH", dc, 9, b"127.0.0.1", 80) + key
        pyrogram = struct.pack(">BI?256sQ?", dc, 1, False, key, int(self.me), False)
        return [("telethon", telethon), ("gramjs", "1" + base64.b64encode(gramjs).decode()),
                ("pyrogram", base64.urlsafe_b64encode(pyrogram).decode().rstrip("=")),
                *((form, self.string(form)) for form in ("mtcute", "tlgen"))]

    def leaves_nothing(self, *words, **env):
        """Runs it without a session's file, in an empty folder of its own; what it says."""
        home = os.path.join(self.dc.dir, "home-%d" % len(os.listdir(self.dc.dir)))
        os.mkdir(home)
        result = self.call(*words, session=None, XDG_CONFIG_HOME=home, HOME=home, **env)
        self.assertEqual(os.listdir(home), [])
        return result

    def test_every_format_signs_in_from_option_and_environment(self):
        for form, text in self.strings():
            for words, env in ((["--session", "string:" + text], {}), ([], {"TGCALL_SESSION_STRING": text}),
                               ([], {"TGCALL_SESSION_STRING": "string:" + text})):
                result = self.ends(OK, self.leaves_nothing("me", *words, **env))
                self.assertEqual(result.json()["id"], self.me, form)
                self.assertNotIn(text[20:60], result.err)
        self.ends(OK, self.leaves_nothing("dialogs", TGCALL_SESSION_STRING=text))

    def test_what_is_given_on_the_command_line_goes_first(self):
        text = self.string("telethon")
        self.ends(LOCAL, self.leaves_nothing("me", "--session", "string:nonsense", TGCALL_SESSION_STRING=text))
        env = {"TGCALL_SESSION_STRING": text, "TGCALL_SESSION": self.dc.path("never"), "TGCALL_ACCOUNT": "never"}
        self.ends(OK, self.leaves_nothing("me", **env))
        self.fails("AUTH_KEY_UNREGISTERED", "me", session="another", TGCALL_SESSION_STRING=text)
        self.ends(OK, self.call("me", session="kept", TGCALL_SESSION_STRING=""))
        self.assertFalse(os.path.exists(self.dc.path("never")))

    def test_one_that_cannot_be_read_is_not_shown(self):
        text = self.string("telethon")
        for wrong in text[:-30], "1" + "x" * 300, "short":
            result = self.ends(LOCAL, self.leaves_nothing("me", "--session", "string:" + wrong))
            self.assertEqual(result.json()["error"]["class"], "store")
            self.assertNotIn(text[20:60], result.err + result.out)
        result = self.ends(LOCAL, self.leaves_nothing("me", "--session", "string:" + self.session))
        self.assertIn("--session FILE", result.err)

    def test_login_prints_a_string_that_signs_in(self):
        words = "login", "--phone", PHONE, "--code", "23456", "--print-string"
        result = self.ends(OK, self.leaves_nothing(*words))
        text = result.out.strip()
        self.assertEqual(len(result.out.splitlines()), 1)
        self.assertNotIn(text[10:60], result.err)
        self.assertEqual(self.ends(OK, self.leaves_nothing("me", TGCALL_SESSION_STRING=text)).json()["id"], self.me)
        # signed in already: the same key again
        again = self.ends(OK, self.leaves_nothing("login", "--print-string", TGCALL_SESSION_STRING=text)).out.strip()
        self.assertEqual(*(run("session", "export", "--to", "telethon", env=clean_environment(TGCALL_SESSION_STRING=one)).out
                           for one in (text, again)))
        # beside a file
        result = self.ends(OK, self.call(*words, session="printed"))
        self.ends(OK, self.call("me", session="printed"))
        self.ends(OK, self.leaves_nothing("me", TGCALL_SESSION_STRING=result.out.strip()))

    def test_a_sign_in_that_would_be_lost_is_not_begun(self):
        before = self.dc.calls("auth.sendCode")
        self.assertIn("--print-string", self.ends(USAGE, self.leaves_nothing("login", "--phone", PHONE, "--code", "23456", "--session", "string:")).err)
        self.assertEqual(self.dc.calls("auth.sendCode"), before)

    def test_a_change_is_told(self):
        text = self.ends(OK, self.leaves_nothing("login", "--phone", PHONE, "--code", "23456", "--print-string")).out.strip()
        result = self.ends(OK, self.leaves_nothing("logout", TGCALL_SESSION_STRING=text))
        self.assertIn("not signed in any more", result.err)
        self.assertEqual(self.leaves_nothing("me", TGCALL_SESSION_STRING=text).status, RPC)
        # nothing changes where somebody only looks
        self.assertEqual(self.ends(OK, self.leaves_nothing("me", TGCALL_SESSION_STRING=self.string("tlgen"))).err, "")

    def test_session_shows_and_exports_it(self):
        text = self.string("mtcute")
        for words, env in (("show", "--json", "string:" + text), {}), (("show", "--json"), {"TGCALL_SESSION_STRING": text}):
            shown = self.ends(OK, run("session", *words, env=clean_environment(**env))).json()
            self.assertEqual(shown["format"], "mtcute")
        out = self.ends(OK, run("session", "export", "--to", "telethon", "--session", "string:" + text)).out.strip()
        self.assertEqual(out, self.string("telethon"))
        self.ends(USAGE, run("session", "import", text, "--session", "string:"))


if __name__ == "__main__":
    unittest.main()
