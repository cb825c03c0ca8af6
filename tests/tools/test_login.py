"""tgcall login and logout, and the README's examples of signing in."""
import os
import re
import signal
import subprocess
import unittest

from rig import (BOT, LOCAL, NETWORK, OK, RPC, SIGN_IN, TGCALL, USAGE, TestCase, clean_environment,
                 interrupted, on_terminal, run)

CONFIG = {
    "users": [{"phone": "15550001111", "code": "12345", "password": "correct-horse", "hint": "xkcd"},
              {"phone": "15550002222", "code": "23456"},
              {"phone": "15550003333", "code_types": ["setup_email"]}],
    "bots": [{"token": BOT}],
}


class Login(TestCase):
    config = CONFIG

    def login(self, *words, **options):
        return self.call("login", *words, **options)

    def test_right_options(self):
        me = self.works("login", "--phone", "+1 555 000 2222", "--code", "23456", session="right")
        self.assertEqual((me["_"], me["phone"]), ("user", "15550002222"))
        # once more does nothing but say who it is
        before = self.dc.calls("auth.sendCode")
        again = self.works("login", "--phone", "15550009999", session="right")
        self.assertEqual(again["id"], me["id"])
        self.assertEqual(self.dc.calls("auth.sendCode"), before)

    def test_wrong_code_and_password(self):
        self.fails("PHONE_CODE_INVALID", "login", "--phone", "15550002222", "--code", "1",
                   session=None)
        self.fails("PASSWORD_HASH_INVALID", "login", "--phone", "15550001111", "--code", "12345",
                   "--password", "wrong", session=None)
        self.fails("PHONE_NUMBER_INVALID", "login", "--phone", "12", session=None)

    def test_answers_from_a_pipe(self):
        result = self.ends(OK, self.login("--phone", "15550001111", session=None,
                                          stdin="12345\ncorrect-horse\n"))
        self.assertEqual(result.json()["phone"], "15550001111")
        self.assertIn("hint: xkcd", result.err)
        self.assertNotIn("correct-horse", result.out + result.err)
        result = self.ends(OK, self.login(session=None,
                                          stdin="+15550001111\n12345\ncorrect-horse\n"))
        self.assertEqual(result.json()["phone"], "15550001111")

    def test_a_wrong_answer_in_a_pipe_ends_it(self):
        result = self.ends(RPC, self.login("--phone", "15550002222", session=None, stdin="1\n"))
        self.assertEqual(result.json()["error"]["name"], "PHONE_CODE_INVALID")

    def test_a_pipe_that_ends(self):
        for stdin in "", "+15550002222\n":
            result = self.ends(LOCAL, self.login(session=None, stdin=stdin))
            self.assertEqual(result.json()["error"]["class"], "cancelled")

    def test_an_empty_answer_sends_the_code_again(self):
        result = self.ends(OK, self.login("--phone", "15550002222", session=None,
                                          stdin="\n23456\n"))
        self.assertIn("as an SMS", result.err)

    def test_password_from_the_environment(self):
        me = self.works("login", "--phone", "15550001111", "--code", "12345", session=None,
                        TGCALL_PASSWORD="correct-horse")
        self.assertEqual(me["phone"], "15550001111")

    def test_on_a_terminal_it_asks_again_and_shows_no_password(self):
        status, shown = on_terminal(
            ["login", "--phone", "15550001111", *self.dc.server()],
            [("Code (", "54321"), ("Code (", "12345"), ("2FA password", "wrong-horse"),
             ("2FA password", "correct-horse")])
        self.assertEqual(status, OK, shown)
        self.assertIn("54321", shown)
        self.assertIn("PHONE_CODE_INVALID", shown)
        self.assertIn("PASSWORD_HASH_INVALID", shown)
        self.assertNotIn("horse", shown)

    def test_a_wrong_code_and_enter_before_its_time_send_nothing(self):
        before = self.dc.calls("auth.resendCode")
        status, shown = on_terminal(
            ["login", "--phone", "15550002222", *self.dc.server()],
            [("Code (", ""), ("Code (", "54321"), ("Code (", ""), ("Code (", "23456")])
        self.assertEqual(status, OK, shown)
        self.assertEqual(self.dc.calls("auth.resendCode"), before)
        self.assertEqual(len(re.findall("The code .*was sent", shown)), 1, shown)
        self.assertEqual(len(re.findall(r"can be sent again in \d+ seconds", shown)), 2, shown)
        self.dc.command(do="set", code_timeout=0)  # its time has come
        try:
            status, shown = on_terminal(["login", "--phone", "15550002222", *self.dc.server()],
                                        [("Code (", ""), ("Code", "23456")])
        finally:
            self.dc.command(do="set", code_timeout=120)
        self.assertEqual(status, OK, shown)
        self.assertEqual(self.dc.calls("auth.resendCode"), before + 1)
        self.assertIn("as an SMS", shown)

    def test_an_interrupt_at_the_password_leaves_the_terminal_as_it_was(self):
        words = ["login", "--phone", "15550001111", *self.dc.server()]
        for key, number in (b"\x03", signal.SIGINT), (b"\x1c", signal.SIGQUIT):
            ended = interrupted(words, [("Code (", b"12345\n"), ("2FA password", b"abc" + key)])
            self.assertEqual(ended, (number, True))

    def test_a_signal_at_the_password_leaves_the_terminal_as_it_was(self):
        words = ["login", "--phone", "15550001111", *self.dc.server()]
        for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
            ended = interrupted(words, [("Code (", b"12345\n"), ("2FA password", b"abc")], number=number)
            self.assertEqual(ended, (number, True))

    def test_a_login_without_a_place_is_kept_in_the_usual_one(self):
        home = clean_environment()["XDG_CONFIG_HOME"]
        me = self.works("login", "--phone", "15550002222", "--code", "23456", session=None,
                        XDG_CONFIG_HOME=home)
        again = self.works("me", session=None, XDG_CONFIG_HOME=home)
        self.assertEqual(again["id"], me["id"])
        folder = os.path.join(home, "tgcall")
        names = [name for name in os.listdir(folder) if name.endswith(".session")]
        self.assertEqual(len(names), 1)
        self.assertEqual(os.stat(folder).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(os.path.join(folder, names[0])).st_mode & 0o777, 0o600)
        shown = self.ends(OK, self.call("session", "show", "--json", session=None,
                                        XDG_CONFIG_HOME=home)).json()
        self.assertEqual(shown["user_id"], me["id"] if isinstance(me["id"], int) else int(me["id"]))

    def test_a_login_that_cannot_be_kept_is_not_begun(self):
        before = self.dc.calls("auth.sendCode")
        for home in "/dev/null/nowhere", "/proc/nowhere":
            result = self.login("--phone", "15550002222", "--code", "23456", session=None,
                                XDG_CONFIG_HOME=home)
            self.assertNotEqual(result.status, OK)
        self.assertEqual(self.dc.calls("auth.sendCode"), before)

    def test_who_only_looks_rewrites_nothing(self):
        path = self.dc.path("looked-at")
        self.works("login", "--phone", "15550002222", "--code", "23456", session="looked-at")
        self.works("me", session="looked-at", TGCALL_SESSION_PASSWORD="secret")
        self.works("me", session="looked-at")
        with open(path, "rb") as file:
            self.assertTrue(file.read().startswith(b"tlgenS1\n"))

    # proves TB-9
    def test_a_session_string_in_the_wrong_place_is_not_shown(self):
        self.works("login", "--phone", "15550002222", "--code", "23456", session="shown")
        strings = [run("session", "export", "--to", to, "--session", self.dc.path("shown"),
                       "--user-id", "1").out.strip()
                   for to in ("tlgen", "telethon", "mtcute")]
        for text in strings:
            self.assertGreater(len(text), 100)
            for words in (["me", "--session", text, *self.dc.server()],
                          ["login", text], ["invoke", text], ["session", "show", text[:-9]],
                          ["session", "import", text, "--session", text],
                          ["session", "export", "--to", text, "--session", self.dc.path("shown")],
                          ["login", "--phone", text], ["upload", text, *self.dc.server()],
                          ["me", "--dc", text], ["login", "--proxy", text], [text], ["me", "--" + text]):
                result = run(*words)
                self.assertNotEqual(result.status, OK, words[:2])
                for piece in text[20:60], text[-60:-20]:
                    self.assertNotIn(piece, result.out + result.err, words[0:2])

    # proves TB-9
    def test_tokens_and_secrets_in_the_wrong_place_are_not_shown(self):
        api_hash, proxy = "0123456789abcdef0123456789abcdee", "dd0123456789ABCDEF0123456789abcdef"
        for secret in BOT, "bot" + BOT, "https://api.telegram.org/bot" + BOT + "/getMe", api_hash, proxy:
            for words in ([secret], ["--" + secret], ["me", "--" + secret], ["me", "--api-id", secret],
                          ["login", "--transport", secret], ["session", secret], ["code", secret],
                          ["login", "--config", secret], ["me", "--timeout=" + secret],
                          ["session", "show", secret]):
                result = run(*words)
                self.assertNotEqual(result.status, OK, words[:2])
                for piece in BOT[7:], api_hash, proxy:
                    self.assertNotIn(piece, result.out + result.err, words[0:2])

    # proves TB-8
    def test_text_of_the_server_is_shown_and_not_obeyed(self):
        odd = "X\u009b31m\u202e\u007f\u001b[2J"
        self.dc.command(do="rule", method="help.getNearestDc", times=1, error="400 " + odd)
        result = self.ends(RPC, self.call("invoke", "help.getNearestDc", session=None))
        self.assertIn("u009b", result.json()["error"]["text"])
        for stream in result.out, result.err:
            self.assertFalse(set("\u009b\u202e\u007f\u001b") & set(stream), repr(stream))

    def test_every_failure_but_of_the_command_line_has_its_json(self):
        self.works("login", "--phone", "15550002222", "--code", "23456", session="failing")
        result = self.ends(LOCAL, self.call("download", "99999", self.dc.path("nothing"),
                                            session="failing"))
        self.assertIn("99999", result.json()["error"]["text"])
        result = self.ends(LOCAL, run(b"me", b"--session", b"/nonexistent/\xff\xfe/x", *self.dc.server()))
        self.assertIn("error", result.json())

    def test_pasted_words(self):
        me = self.works("login", "--phone", "\u202a+1\u00a0555\u2011000\u20112222\u202c", "--code",
                        " 234-56\u00a0", session=None)
        self.assertEqual(me["phone"], "15550002222")
        self.assertTrue(self.works("login", "--bot-token", " " + BOT + "\n", session=None)["bot"])

    def test_long_answers(self):
        words = ["login", "--phone", "15550001111", *self.dc.server()]
        status, shown = on_terminal(words, [("Code (", "12345"), ("2FA password", "x" * 600),
                                            ("longer than 511 bytes", "correct-horse")])
        self.assertEqual(status, OK, shown)
        self.assertNotIn("horse", shown)
        result = self.ends(LOCAL, self.login("--phone", "15550001111", session=None,
                                             stdin="12345\n" + "x" * 600 + "\n"))
        self.assertIn("longer than 511 bytes", result.err)
        for words in ("--code", "1" * 600), ("--code", "12345", "--password", "x" * 600):
            result = self.login("--phone", "15550001111", *words, session=None)
            self.ends(LOCAL, result)
            self.assertIn("at most 511 bytes", result.err)

    def test_a_request_for_a_code_that_is_lost_is_told_and_not_repeated(self):
        for what, name in ("drop", "uncertain"), ("silent", "timeout"):
            before = self.dc.calls("auth.sendCode")
            self.dc.command(do="rule", method="auth.sendCode", times=1, **{what: True})
            words = ["--timeout", "2"] if what == "silent" else []
            result = self.ends(NETWORK, self.login("--phone", "15550002222", *words, session=None))
            self.assertEqual(result.json()["error"]["class"], name)
            self.assertIn("may have been sent", result.err)
            self.assertEqual(self.dc.calls("auth.sendCode"), before + 1)

    def test_odd_answers(self):
        for code in "\u0661\u0662\u0663\u0664\u0665", "1 2", "-1", "12345\x7f":
            self.fails("PHONE_CODE_INVALID", "login", "--phone", "15550002222", session=None,
                       stdin=code + "\n")
        result = self.ends(LOCAL, self.login("--phone", "15550002222", session=None,
                                             stdin=b"234\x0056\n"))
        self.assertIn("NUL", result.err)
        me = self.works("login", "--phone", "15550002222", session=None, stdin=b"23456\r\n")
        self.assertEqual(me["phone"], "15550002222")

    def test_bot(self):
        me = self.works("login", "--bot-token", BOT, session="bot")
        self.assertTrue(me["bot"])
        self.assertTrue(self.works("login", "--bot", session=None, TGCALL_BOT_TOKEN=BOT)["bot"])
        self.assertTrue(self.works("login", "--bot", session=None, stdin=BOT + "\n")["bot"])
        self.fails("ACCESS_TOKEN_INVALID", "login", "--bot-token", "1" + BOT, session=None)
        self.fails("ACCESS_TOKEN_INVALID", "login", "--bot-token", "nonsense", session=None)
        # the token on the command line is the one that is meant, also beside --bot and the environment
        self.assertTrue(self.works("login", "--bot", "--bot-token", BOT, session=None, TGCALL_BOT_TOKEN="1:wrong")["bot"])
        self.fails("ACCESS_TOKEN_INVALID", "login", "--bot-token", "1:wrong", "--bot", session=None, TGCALL_BOT_TOKEN=BOT)
        self.fails("ACCESS_TOKEN_INVALID", "login", "--bot-token", "1:short", session=None)
        self.ends(USAGE, self.login("--bot-token", " ", session=None))

    def test_sign_up_and_email_set_up(self):
        result = self.login("--phone", "15550007777", "--code", "1", session=None)
        self.assertEqual(result.json()["error"]["name"], "PHONE_CODE_INVALID")
        me = self.works("login", "--phone", "+9996625555", "--code", "22222", session=None,
                        stdin="Ada\nLovelace\n")
        self.assertEqual((me["first_name"], me["last_name"]), ("Ada", "Lovelace"))
        result = self.ends(LOCAL, self.login("--phone", "15550003333", session=None,
                                             stdin="me@example.org\n"))
        self.assertIn("A code of 6 digits was sent to m***@e***.org", result.err)

    def test_senseless_options(self):
        for words in (("--phone", "1", "--bot-token", BOT), ("--code", "1"),
                      ("--phone", "15550002222", "--code", ""), ("--phone", "me"),
                      ("--phone", BOT),
                      ("--bot", "--password", "1"),
                      ("--qr", "--phone", "1"), ("surplus",), ("--phone",)):
            self.ends(USAGE, self.login(*words, session=None))

    def test_logout(self):
        self.works("login", "--phone", "15550002222", "--code", "23456", session="out")
        self.assertEqual(self.works("logout", session="out"), {"_": "auth.loggedOut"})
        self.fails("AUTH_KEY_UNREGISTERED", "logout", session="out")
        # the future auth token makes a code unnecessary
        self.works("login", "--phone", "15550002222", session="out")
        self.works("logout", "--destroy-key", session="out")


class Qr(TestCase):
    config = CONFIG

    def scan(self, *words, **env):
        """Shows a code with one tgcall, accepts it with another."""
        showing = subprocess.Popen(
            [TGCALL, "login", "--qr", *words, *self.dc.server("qr")], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(**env))
        url, drawn = "", ""
        while not url.startswith("tg://login?token="):
            line = showing.stderr.readline().decode()
            self.assertNotEqual(line, "", "it ended before it showed a code")
            url, drawn = line.strip(), drawn + line
        self.assertIn("\u2588", drawn)
        self.assertEqual(self.works("qr-accept", url, session="phone"), {"accepted": True})
        out, err = showing.communicate(timeout=60)
        showing.out = out.decode()
        self.assertNotIn("correct-horse", err.decode())
        return showing

    def test_two_sessions(self):
        me = self.works("login", "--phone", "15550002222", "--code", "23456", session="phone")
        showing = self.scan()
        self.assertEqual(showing.returncode, OK)
        self.assertIn('"15550002222"', showing.out)
        self.assertEqual(self.works("login", session="qr")["id"], me["id"])
        self.works("logout", session="qr")
        self.fails("AUTH_TOKEN_INVALID", "qr-accept", "tg://login?token=AAAA", session="phone")
        self.ends(USAGE, self.call("qr-accept", "tg://login?token=", session="phone"))
        self.ends(USAGE, self.call("qr-accept", session="phone"))

    def test_with_a_password(self):
        self.works("login", "--phone", "15550001111", "--code", "12345", session="phone",
                   TGCALL_PASSWORD="correct-horse")
        showing = self.scan(TGCALL_PASSWORD="correct-horse")
        self.assertEqual(showing.returncode, OK)
        self.works("logout", session="qr")


class Readme(TestCase):
    """The commands of the README, with the server's address as the only addition."""

    config = CONFIG

    def environment(self, session):
        return clean_environment(TGCALL_SESSION=self.dc.path(session))

    def test_user(self):
        env = self.environment("user")
        server = self.dc.server()
        stdin = "+15550001111\n12345\ncorrect-horse\n"
        self.ends(OK, run("login", *server, stdin=stdin, env=env))
        result = self.ends(OK, run("invoke", "users.getUsers", '{"id": [{"_": "inputUserSelf"}]}',
                                   *server, env=env))
        self.assertEqual(result.json()[0]["phone"], "15550001111")

    def test_bot(self):
        self.ends(OK, run("login", "--bot-token", BOT, *self.dc.server(), env=self.environment("b")))

    def test_qr(self):
        """`tgcall login` with the answer qr."""
        showing = subprocess.Popen([TGCALL, "login", *self.dc.server()], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=self.environment("shown"))
        showing.stdin.write(b"qr\n")
        showing.stdin.flush()
        url = ""
        while not url.startswith("tg://login?token="):
            url = showing.stderr.readline().decode()
            self.assertNotEqual(url, "")
        self.works("login", "--phone", "15550002222", "--code", "23456", session="scanner")
        self.works("qr-accept", url.strip(), session="scanner")
        out, err = showing.communicate(timeout=60)
        self.assertEqual(showing.returncode, OK, err)
        self.assertIn(b"15550002222", out)

    def test_program(self):
        words = [self.dc.address, self.dc.dc, self.dc.key, self.dc.path("program")]
        stdin = "+15550001111\n12345\ncorrect-horse\n"
        result = self.ends(OK, run(*words, stdin=stdin, program=SIGN_IN))
        self.assertIn("nearest data centre: 2", result.out)
        # signed in already: asks nothing
        self.ends(OK, run(*words, program=SIGN_IN))

    def test_program_with_wrong_input(self):
        words = [self.dc.address, self.dc.dc, self.dc.key, self.dc.path("wrong")]
        result = run(*words, stdin="+15550001111\n", program=SIGN_IN)
        self.assertEqual(result.status, 1)
        self.assertIn("given up", result.err)
        self.assertEqual(run("a", "b", program=SIGN_IN).status, 2)

    def test_the_readme_shows_the_example(self):
        root = os.path.join(os.path.dirname(__file__), "..", "..")
        with open(os.path.join(root, "examples", "sign_in.c")) as file:
            code = file.read().split("/* README begins */\n")[1].split("/* README ends */")[0]
        with open(os.path.join(root, "README.md")) as file:
            self.assertIn(code.strip(), file.read())


if __name__ == "__main__":
    unittest.main()
