"""tgcall code, me and password check: signing in a step at a time; takeout, and calls made raw."""
import json
import unittest

from rig import OK, USAGE, TestCase, run

PHONE, SECRET, MAIL, SETUP, MANY = ("1555000%04d" % n for n in range(1, 6))
TYPES = ["app", "sms", "call", "flash_call", "missed_call", "email", "setup_email", "fragment",
         "firebase", "word", "phrase"]


class ByHand(TestCase):
    config = {"users": [{"phone": PHONE, "code": "11111"},
                        {"phone": SECRET, "code": "22222", "password": "correct-horse"},
                        {"phone": MAIL, "code_types": ["email", "sms"],
                         "login_email": "bob@example.org"},
                        {"phone": SETUP, "code_types": ["setup_email"]}]}

    def code(self, *words, **options):
        return self.works("code", *words, **options)

    def request(self, phone, *words, **options):
        return self.code("request", "+" + phone, *words, **options)["hash"]

    def test_every_type_is_shown_as_what_it_is(self):
        self.dc.command(do="set", code_timeout=77)
        for name in TYPES:
            self.dc.command(do="user", phone=MANY, code="12345", code_types=[name, "sms"],
                            type_text="+1555", login_email="eve@example.org")
            code = self.code("request", MANY, "--allow-flashcall", "--allow-missed-call",
                             "--current-number", session=None)
            self.assertEqual((code["type"], code["next_type"], code["timeout"]),
                             (name, "sms", 77))
            self.assertTrue(code["explain"])
            if name in ("flash_call", "missed_call", "fragment", "word", "phrase", "email"):
                self.assertTrue({"pattern", "prefix", "url", "beginning"} & set(code), code)
        self.dc.command(do="user", phone=MANY, code="12345", code_types=["payment"])
        code = self.code("request", MANY, session=None)
        self.assertTrue(code["payment_required"])
        self.assertEqual(code["support_email"], "help@example.org")
        self.dc.command(do="set", code_timeout=0)

    def test_resend_report_and_cancel(self):
        sent = self.request(PHONE, session="a")
        self.assertEqual(self.code("resend", PHONE, sent, session="a")["type"], "sms")
        self.code("report-missing", PHONE, sent, "01", session="a")
        self.fails("PHONE_CODE_INVALID", "code", "sign-in", PHONE, sent, "1", session="a")
        self.fails("PHONE_CODE_EMPTY", "code", "sign-in", PHONE, sent, "", session="a")
        self.code("cancel", PHONE, sent, session="a")
        self.fails("PHONE_CODE_EXPIRED", "code", "sign-in", PHONE, sent, "11111", session="a")
        sent = self.request(PHONE, session="a")
        self.fails("AUTH_KEY_UNREGISTERED", "me", session="a")
        self.assertEqual(self.code("sign-in", PHONE, sent, "11111", session="a"), {"step": "done"})
        self.assertEqual(self.works("me", session="a")["phone"], PHONE)

    def test_password(self):
        sent = self.request(SECRET, session="b")
        self.assertEqual(self.code("sign-in", SECRET, sent, "22222", session="b")["step"],
                         "password_needed")
        self.fails("PASSWORD_HASH_INVALID", "password", "check", session="b", stdin="wrong\n")
        hashed = self.works("password", "hash", session="b", stdin="correct-horse\n")["hash"]
        wrong = "0" * 64
        self.fails("PASSWORD_HASH_INVALID", "password", "check", "--password-hash", wrong,
                   session="b")
        self.ends(USAGE, self.call("password", "check", "--password-hash", "xyz", session="b"))
        self.ends(USAGE, self.call("password", "check", session="b"))
        self.works("password", "check", session="b", TGCALL_PASSWORD_HASH=hashed)
        self.assertEqual(self.works("me", session="b")["phone"], SECRET)
        # the token of the session stands for the code, but not for the password
        self.works("logout", session="b")
        code = self.code("request", SECRET, session="b")
        self.assertEqual((code["hash"], code["password_needed"]), ("", True))
        self.works("password", "check", session="b", stdin="correct-horse\n")
        self.works("logout", session="b")
        self.works("login", "--phone", SECRET, session="b", stdin="correct-horse\n")
        self.works("me", session="b")

    def test_sign_up(self):
        phone = "9996621234"
        sent = self.request(phone, session="c")
        self.fails("PHONE_CODE_INVALID", "code", "sign-up", phone, sent, "Too", "Early", session="c")
        answer = self.code("sign-in", phone, sent, "22222", session="c")
        self.assertEqual(answer["step"], "sign_up_needed")
        self.assertIn("Be kind", answer["terms"]["text"])
        self.fails("FIRSTNAME_INVALID", "code", "sign-up", phone, sent, "", session="c")
        self.code("sign-up", phone, sent, "Zoë", session="c")
        self.assertEqual(self.works("me", session="c")["first_name"], "Zoë")

    def test_login_email(self):
        sent = self.request(MAIL, session="d")
        self.dc.command(do="set", email_reset=3600)
        self.fails("CODE_INVALID", "code", "sign-in", MAIL, sent, "1", "--email", session="d")
        reset = self.code("reset-email", MAIL, sent, session="d")
        self.assertGreater(reset["email_reset_pending"], 0)
        self.assertIn("reset", reset["explain"])
        self.fails("TASK_ALREADY_EXISTS", "code", "reset-email", MAIL, reset["hash"], session="d")
        answer = self.code("sign-in", MAIL, reset["hash"], self.dc.code("bob@example.org"),
                           "--email", session="d")
        self.assertEqual(answer["step"], "done")

    def test_set_up_email(self):
        sent = self.request(SETUP, session="e")
        self.fails("EMAIL_INVALID", "code", "set-up-email", SETUP, sent, "nowhere", session="e")
        mailed = self.code("set-up-email", SETUP, sent, "kim@example.org", session="e")
        self.assertEqual(mailed, {"sent_to": "k***@e***.org", "length": 6})
        self.fails("CODE_INVALID", "code", "verify-email", SETUP, sent, "x", session="e")
        code = self.code("verify-email", SETUP, sent, self.dc.code("kim@example.org"), session="e")
        self.assertEqual(code["type"], "email")
        self.code("sign-in", SETUP, code["hash"], self.dc.code("kim@example.org"), "--email",
                  session="e")
        self.works("me", session="e")

    def test_senseless_words(self):
        for words in ((), ("nonsense",), ("request",), ("request", "1", "2"), ("resend", "1"),
                      ("sign-in", "1", "2"), ("sign-up", "1", "2", "3", "4", "5"),
                      ("request", "my phone"), ("cancel", "", "x")):
            self.ends(USAGE, self.call("code", *words, session=None))


class Raw(TestCase):
    """What has no function of its own, and is a call like any other."""
    config = {"users": [{"phone": PHONE, "code": "11111"}]}

    def sent(self, method, request):
        """The call goes out whole: the server answers it, if only that it has no such thing."""
        before = self.dc.calls(method)
        result = self.call("invoke", method, json.dumps(request), session="raw")
        self.assertEqual(self.dc.calls(method), before + 1, result.err)
        return result

    def answered(self, method, request, answer):
        self.dc.command(do="rule", method=method, times=1, answer=answer)
        return self.ends(OK, self.sent(method, request)).json()

    def test_takeout(self):
        self.works("login", "--phone", PHONE, "--code", "11111", session="raw")
        takeout = self.works("invoke", "account.initTakeoutSession", '{"contacts": true}',
                             session="raw")["id"]
        me = self.works("invoke", "users.getUsers", '{"id": [{"_": "inputUserSelf"}]}', "--takeout",
                        takeout, session="raw")
        self.assertEqual(me[0]["phone"], PHONE)
        self.works("invoke", "account.finishTakeoutSession", '{"success": true}', "--takeout",
                   takeout, session="raw")
        self.dc.command(do="rule", method="account.initTakeoutSession", times=1,
                        error="420 TAKEOUT_INIT_DELAY_86400")
        self.fails("TAKEOUT_INIT_DELAY_%d", "invoke", "account.initTakeoutSession", session="raw")
        for takeout in "x", "", "0", "99999999999999999999":
            self.ends(USAGE, self.call("invoke", "help.getConfig", "--takeout", takeout,
                                       session=None))

    def test_passkeys_and_web_tokens(self):
        signed_in = {"_": "auth.authorization", "user": {"_": "user", "id": "77"}}
        options = {"_": "auth.passkeyLoginOptions", "options": {"_": "dataJSON", "data": "{}"}}
        self.assertEqual(self.answered("auth.initPasskeyLogin", {"api_id": 1, "api_hash": "h"},
                                       options), options)
        credential = {"_": "inputPasskeyCredentialPublicKey", "id": "i", "raw_id": "r",
                      "response": {"_": "inputPasskeyResponseLogin",
                                   "client_data": {"_": "dataJSON", "data": "{}"},
                                   "authenticator_data": "AA==", "signature": "AA==",
                                   "user_handle": "u"}}
        answer = self.answered("auth.finishPasskeyLogin", {"credential": credential}, signed_in)
        self.assertEqual(answer["user"]["id"], "77")
        answer = self.answered("auth.importWebTokenAuthorization",
                               {"api_id": 1, "api_hash": "h", "web_auth_token": "t"}, signed_in)
        self.assertEqual(answer["_"], "auth.authorization")

    def test_apple_and_google(self):
        purpose = {"_": "emailVerifyPurposeLoginSetup", "phone_number": PHONE,
                   "phone_code_hash": "h"}
        for who in "Apple", "Google":
            verification = {"_": "emailVerification" + who, "token": "t"}
            answer = self.answered("account.verifyEmail",
                                   {"purpose": purpose, "verification": verification},
                                   {"_": "account.emailVerified", "email": "a@example.org"})
            self.assertEqual(answer["email"], "a@example.org")


class Help(unittest.TestCase):
    def test_the_commands_tell_their_options(self):
        for command, words in (("invoke", ("--takeout", "base64")), ("encode", ("--type", "base64")),
                               ("decode", ("--type", "--pretty")), ("code", ("resend", "--email")),
                               ("session", ("import", "export", "--from", "--account", "formats"))):
            shown = run(command, "--help").out
            for word in words:
                self.assertIn(word, shown)


if __name__ == "__main__":
    unittest.main()
