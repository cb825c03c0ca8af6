"""tgcall invoke: parameters in every form, people by name, and what would be sent."""
import json
import unittest

from rig import OK, RPC, USAGE, TestCase, run

PHONE, BOB = "15550002231", "15550002232"


class Invoke(TestCase):
    config = {"users": [{"phone": PHONE, "code": "23456", "username": "ann_i"},
                        {"phone": BOB, "code": "23456", "username": "bob_i", "first_name": "Bob"}]}

    def setUp(self):
        self.works("login", "--phone", PHONE, "--code", "23456")

    def dry(self, *words):
        result = run("invoke", *words, "--dry-run")
        self.assertEqual(result.status, OK, result.err)
        return result.json()

    def test_the_forms_say_the_same(self):
        with open(self.dc.path("request"), "w") as file:
            file.write('{"phone_number": "+1=5", "api_id": 7, "api_hash": "a b", "settings": {"_": "codeSettings"}}')
        with open(self.dc.path("request")) as file:
            text = file.read()
        words = ("phone_number=+1=5", "api_id:=7", "api_hash=a b", 'settings:={"_": "codeSettings"}')
        whole = self.dry("auth.sendCode", text)
        self.assertEqual(self.dry("auth.sendCode", *words), whole)
        self.assertEqual(self.dry("auth.sendCode", "@" + self.dc.path("request")), whole)
        piped = run("invoke", "auth.sendCode", "-", "--dry-run", stdin=text)
        self.assertEqual(piped.json(), whole)
        self.assertEqual(whole["request"]["phone_number"], "+1=5")
        self.assertTrue(whole["bytes"].startswith("4f2477a6"))  # auth.sendCode#a677244f
        decoded = run("decode", stdin=bytes.fromhex(whole["bytes"]))
        self.assertEqual(decoded.json(), whole["request"])

    def test_what_is_no_form(self):
        for words in (["phone_number"], ["=x"], ["api_id:=x"], ["a=1", "a=2"], ["api_id:=1", "nonsense"], ["@missing"]):
            self.assertEqual(run("invoke", "auth.sendCode", *words, "--dry-run").status, USAGE, words)
        result = run("invoke", "auth.sendCode", "phone_numbr=1", "--dry-run")
        self.assertIn("phone_number", result.err)  # that was meant

    def test_people_by_name(self):
        sent = self.works("invoke", "messages.sendMessage", "peer=@bob_i", "message=hello", "random_id=77")
        self.assertIn(sent["_"], ("updates", "updateShortSentMessage"))
        users = self.works("invoke", "users.getUsers", '{"id": ["me", "@bob_i", {"_": "inputUserSelf"}]}')
        self.assertEqual([user["first_name"] == "Bob" for user in users], [False, True, False])
        before = self.dc.calls("contacts.resolveUsername")
        self.ends(USAGE, self.call("invoke", "messages.sendMessage", "peer=@someone_else", "messag=hello"))
        self.assertEqual(self.dc.calls("contacts.resolveUsername"), before)  # nobody was looked up for that
        self.fails("USERNAME_NOT_OCCUPIED", "invoke", "messages.sendMessage", "peer=@someone_else", "message=x", "random_id=1")
        self.ends(USAGE, self.call("invoke", "channels.getChannels", '{"id": ["@bob_i"]}'))  # he is no channel

    def test_a_dry_run_sends_nothing(self):
        before = self.dc.calls("messages.sendMessage")
        shown = self.works("invoke", "messages.sendMessage", "peer=me", "message=hello", "random_id=78", "--dry-run")
        self.assertEqual(shown["request"]["peer"], {"_": "inputPeerSelf"})
        self.assertEqual(self.dc.calls("messages.sendMessage"), before)


if __name__ == "__main__":
    unittest.main()
