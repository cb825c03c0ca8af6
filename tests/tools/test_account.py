"""tgcall password, authorizations, send, upload and download."""
import json
import os
import re
import stat
import subprocess
import unittest

from rig import LOCAL, OK, TGCALL, USAGE, TestCase, clean_environment, on_terminal

PHONE = "15550002222"


class Account(TestCase):
    config = {"users": [{"phone": PHONE, "code": "23456"}]}

    def setUp(self):
        self.works("login", "--phone", PHONE, "--code", "23456")

    def test_authorizations(self):
        self.works("login", "--phone", PHONE, "--code", "23456", session="other")
        self.works("login", "--phone", PHONE, "--code", "23456", session="third")
        rows = self.works("authorizations")["authorizations"]
        others = [row["hash"] for row in rows if not row.get("current")]
        self.assertGreaterEqual(len(others), 2)
        self.works("authorizations", "--end", others[0])
        self.fails("HASH_INVALID", "authorizations", "--end", others[0])
        self.works("authorizations", "--end-others")
        self.assertEqual(len(self.works("authorizations")["authorizations"]), 1)
        for words in (("--end", "x"), ("--end", "0"), ("--end", "1", "--end-others")):
            self.ends(USAGE, self.call("authorizations", *words))
        self.fails("AUTH_KEY_UNREGISTERED", "authorizations", session="other")

    def test_send(self):
        first = self.works("send", "Hello, myself!")["message_id"]
        self.assertGreater(self.works("send", "-", stdin="and again")["message_id"], first)
        self.fails("MESSAGE_EMPTY", "send", "")
        self.ends(USAGE, self.call("send"))

    def test_upload_and_download(self):
        path, copy = self.dc.path("file"), self.dc.path("copy")
        with open(path, "wb") as file:
            file.write(os.urandom(700001))
        result = self.ends(OK, self.call("upload", path, "--send", "--progress"))
        self.assertIn("100% of 0.7 MB", result.err)
        ids = [update["id"] for update in result.json()["updates"]
               if update["_"] == "updateMessageID"]
        self.assertEqual(self.works("download", str(ids[0]), copy), {"bytes": 700001})
        with open(path, "rb") as one, open(copy, "rb") as two:
            self.assertEqual(one.read(), two.read())
        self.assertEqual(self.works("upload", path)["_"], "inputFile")
        self.assertEqual(self.call("upload", path).err, "")  # no terminal, no bar

    def test_progress_on_a_terminal(self):
        path, copy = self.dc.path("long"), self.dc.path("long-copy")
        with open(path, "wb") as file:
            file.write(os.urandom(2500000))
        line = re.compile(r"\[#{30}\] 100% of 2\.5 MB, [0-9.]+ MB/s, \d+:\d\d in all *[\b]*\r\n")
        status, shown = on_terminal(["upload", path, "--to", "me", "--compact", *self.dc.server("me")], [])
        self.assertEqual(status, OK, shown)
        self.assertRegex(shown, line)
        self.assertNotIn("\x1b", shown)
        message = json.loads(shown.splitlines()[-1])["message_ids"][0]
        words = ["download", "me/%d" % message, copy, *self.dc.server("me")]
        self.assertRegex(on_terminal(words, [])[1], line)
        os.unlink(copy)
        shown = on_terminal([*words, "--quiet"], [])[1]
        self.assertNotIn("%", shown)
        self.assertNotIn("\r[", shown)

    def test_files_that_cannot_be_had(self):
        copy = self.dc.path("nothing")
        result = self.call("upload", self.dc.path("missing"))
        self.assertIn("No such file", result.err)
        self.assertNotEqual(result.status, OK)
        self.assertNotEqual(self.call("download", "99999", copy).status, OK)
        self.ends(USAGE, self.call("download", '{"_": "nonsense"}', copy))
        self.ends(USAGE, self.call("download", "1"))
        location = ('{"_": "inputDocumentFileLocation", "id": "1", "access_hash": "1", '
                    '"file_reference": "", "thumb_size": ""}')
        self.fails("FILE_ID_INVALID", "download", location, copy)
        os.mkfifo(self.dc.path("pipe"))
        for place, why in ("pipe", "is no file"), ("dc", "is a folder"):
            self.assertIn(why, self.ends(USAGE, self.call("download", location, self.dc.path(place))).err)
        self.assertTrue(stat.S_ISFIFO(os.stat(self.dc.path("pipe")).st_mode))
        self.assertFalse(os.path.exists(copy))

    def this_side(self, result, why):
        error = self.ends(LOCAL, result).json()["error"]
        self.assertEqual(error["class"], "store")
        self.assertIn(why, error["text"])
        self.assertIn(why, result.err)

    def test_files_that_the_machine_refuses_have_a_status_of_their_own(self):
        path, closed = self.dc.path("small"), self.dc.path("closed")
        with open(path, "wb") as file:
            file.write(b"x" * 5000)
        message = "me/%d" % self.works("upload", path, "--to", "me")["message_ids"][0]
        self.this_side(self.call("upload", self.dc.path("missing")), "No such file")
        self.this_side(self.call("upload", self.dc.path("missing"), "--to", "me"), "No such file")
        self.this_side(self.call("download", message, self.dc.path("no/such/folder")), "No such file")
        with open("/dev/full", "wb") as full:
            result = subprocess.run([TGCALL, "download", message, "-", *self.dc.server("me")], stdout=full,
                                    stderr=subprocess.PIPE, env=clean_environment())
        self.assertEqual(result.returncode, LOCAL, result.stderr)
        self.assertIn(b"No space left", result.stderr)
        if os.geteuid() != 0:  # who may read everything
            os.close(os.open(closed, os.O_CREAT, 0))
            self.this_side(self.call("upload", closed), "Permission denied")
            self.this_side(self.call("me", "--public-key", closed), "Permission denied")
        self.this_side(self.call("invoke", "help.getConfig", "@" + self.dc.dir), "Is a directory")

    def test_text_that_is_not_utf8_is_not_sent(self):
        path, odd = self.dc.path("named"), os.fsencode(self.dc.path("n")) + b"\xff.txt"
        for name in path, odd:
            with open(name, "wb") as file:
                file.write(b"x")
        before = self.dc.calls("messages.sendMessage") + self.dc.calls("upload.saveFilePart")
        for what, byte, words, stdin in (
                ("TEXT", 3, ("send", "me", b"ab\xffc"), b""), ("PEER", 2, ("send", b"@\xc3", "text"), b""),
                ("standard input", 3, ("send", "-"), b"\xc3\xa4\xa4"), ("TEXT", 1, ("send", b"\xed\xa0\x80"), b""),
                ("--caption", 1, ("upload", "--to", "me", "--caption", b"\xff", path), b""),
                ("--name", 2, ("upload", "--to", "me", "--name", b"a\x80", path), b""),
                ("the name of", 2, ("upload", odd), b""), ("TEXT", 1, ("search", "me", b"\xfe"), b""),
                ("message", 3, ("invoke", "messages.sendMessage", "peer=me", b"message=xy\xff", "random_id=1"), b"")):
            result = self.ends(USAGE, self.call(*words, stdin=stdin))
            self.assertIn(what, result.err)
            self.assertIn("not UTF-8: byte %d is" % byte, result.err)
        self.assertEqual(self.dc.calls("messages.sendMessage") + self.dc.calls("upload.saveFilePart"), before)
        # what is called otherwise for others
        self.works("upload", odd, "--name", "good.txt", "--to", "me")

    def test_wrong_markup_has_a_place_or_none(self):
        result = self.ends(USAGE, self.call("send", "me", "<b>x", "--format", "html"))
        self.assertIn("the markup is wrong: the tag b is not closed", result.err)
        self.assertIn("wrong at byte 1: ", self.ends(USAGE, self.call("send", "me", "x<nonsense>", "--format", "html")).err)

    def test_a_file_has_the_name_that_is_given(self):
        path = self.dc.path("secret-plans")
        with open(path, "wb") as file:
            file.write(b"x" * 100)
        for words in ("--to", "me"), ("--send",):
            answer = self.works("upload", path, "--name", "holiday.txt", *words)
            line = self.works("history", "me", "--limit", "1", "--compact")
            self.assertEqual((line["media"], line["file"]), ("document", "holiday.txt"), answer)
        self.assertEqual(self.works("upload", path, "--name", "holiday.txt")["name"], "holiday.txt")


class Password(TestCase):
    config = {"users": [{"phone": "1555000%04d" % n, "code": "23456"} for n in range(1, 5)]}

    def login(self, number):
        self.phone = "1555000%04d" % number
        self.session = "s%d" % number
        self.works("login", "--phone", self.phone, "--code", "23456", session=self.session)

    def password(self, *words, **options):
        return self.works("password", *words, session=self.session, **options)

    def refused(self, name, *words, **options):
        self.fails(name, "password", *words, session=self.session, **options)

    def test_set_change_and_remove(self):
        self.login(1)
        self.assertFalse(self.password("status")["has_password"])
        self.password("set", "--hint", "first", TGCALL_NEW_PASSWORD="one")
        status = self.password("status")
        self.assertEqual((status["has_password"], status["hint"]), (True, "first"))
        self.refused("PASSWORD_HASH_INVALID", "set", TGCALL_PASSWORD="no", TGCALL_NEW_PASSWORD="two")
        self.password("set", stdin="one\ntwo\n")
        self.refused("PASSWORD_HASH_INVALID", "remove", "--password", "one")
        self.password("remove", stdin="two\n")
        self.assertFalse(self.password("status")["has_password"])
        self.ends(USAGE, self.call("password", "set", session=self.session))

    def test_recovery_email(self):
        self.login(2)
        answer = self.password("set", "--email", "me@example.org", TGCALL_NEW_PASSWORD="one")
        self.assertEqual(answer["email_code_length"], 6)
        self.assertEqual(self.password("status")["unconfirmed_email_pattern"], "m***@e***.org")
        self.refused("CODE_INVALID", "confirm-email", "0")
        self.password("resend-email")
        self.password("confirm-email", self.dc.code("me@example.org"))
        self.refused("EMAIL_HASH_EXPIRED", "cancel-email")
        self.assertTrue(self.password("status")["has_recovery"])
        # forgotten, in a new session that only lacks the password
        self.session = "forgotten"
        result = self.call("login", "--phone", self.phone, "--code", "23456", session=self.session)
        self.ends(LOCAL, result)
        self.assertEqual(self.password("recover"), {"sent_to": "m***@e***.org"})
        self.refused("CODE_INVALID", "recover", "0")
        self.password("recover", self.dc.code("me@example.org"), TGCALL_NEW_PASSWORD="two")
        self.password("remove", "--password", "two")

    def test_reset(self):
        self.login(3)
        self.password("set", TGCALL_NEW_PASSWORD="one")
        self.refused("RESET_REQUEST_MISSING", "decline-reset")
        self.assertEqual(self.password("reset")["reset"], "wait")
        self.password("decline-reset")
        self.assertEqual(self.password("reset")["reset"], "retry_later")

    def test_senseless_words(self):
        self.login(4)
        for words in ((), ("nonsense",), ("confirm-email",), ("status", "a", "b")):
            self.ends(USAGE, self.call("password", *words, session=self.session))


if __name__ == "__main__":
    unittest.main()
