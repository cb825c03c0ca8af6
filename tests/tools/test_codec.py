"""tgcall encode, decode and explain, its command line and its help: without any server."""
import json
import tempfile
import unittest

from rig import OK, USAGE, clean_environment, run

PEER = '{"_": "inputPeerUser", "user_id": "42", "access_hash": "-1"}'


class Codec(unittest.TestCase):
    def ends(self, status, *words, stdin=b""):
        result = run(*words, stdin=stdin)
        self.assertEqual(result.status, status, result.err)
        return result

    def refused(self, *said, words=("encode",), stdin=b""):
        """A line on standard error that says it all, nothing on standard output."""
        result = self.ends(USAGE, *words, stdin=stdin)
        self.assertEqual(result.bytes, b"")
        self.assertTrue(result.err.startswith("tgcall: "), result.err)
        for text in said:
            self.assertIn(text, result.err)

    def test_json_goes_to_bytes_and_back(self):
        encoded = self.ends(OK, "encode", stdin=PEER).bytes
        self.assertEqual(encoded, bytes.fromhex("4ca5e8dd2a00000000000000ffffffffffffffff"))
        self.assertEqual(self.ends(OK, "decode", stdin=encoded).json(), json.loads(PEER))

    def test_a_named_type(self):
        encoded = self.ends(OK, "encode", "--type", "Vector<int>", stdin="[1,2]").bytes
        self.assertEqual(encoded, bytes.fromhex("15c4b51c020000000100000002000000"))
        again = self.ends(OK, "decode", "--type", "Vector<int>", stdin=encoded)
        flags = self.ends(OK, "encode", "--type", "Vector<vector<Bool>>", stdin="[[true],[]]").bytes
        self.assertEqual(len(flags), 20)
        self.assertEqual(json.loads(self.ends(OK, "decode", "--type", "Vector<vector<Bool>>", stdin=flags).out), [[True], []])
        self.assertEqual(again.json(), [1, 2])
        self.assertEqual(len(again.out.splitlines()), 1)

    def test_pretty(self):
        encoded = self.ends(OK, "encode", stdin=PEER).bytes
        self.assertGreater(len(self.ends(OK, "decode", "--pretty", stdin=encoded).out.splitlines()), 1)

    def test_bad_json_says_where(self):
        self.refused("line 2", stdin='{"_": "inputPeerUser",\n oops}')
        self.refused(stdin="")

    def test_a_missing_field_is_named(self):
        self.refused("access_hash", stdin='{"_": "inputPeerUser", "user_id": "42"}')

    def test_an_unknown_field_is_named(self):
        self.refused("colour", stdin='{"_": "inputPeerSelf", "colour": 1}')

    def test_an_unknown_constructor_is_named(self):
        self.refused("inputPeerNobody", stdin='{"_": "inputPeerNobody"}')

    def test_a_value_of_the_wrong_kind_is_named(self):
        self.refused("user_id", stdin='{"_":"inputPeerUser","user_id":[],"access_hash":"1"}')
        self.refused("user_id",
                     stdin='{"_":"inputPeerUser","user_id":"9223372036854775808","access_hash":"1"}')

    def test_bad_bytes_are_refused(self):
        encoded = run("encode", stdin=PEER).bytes
        for size in range(len(encoded)):
            self.refused(words=("decode",), stdin=encoded[:size])
        self.refused(words=("decode",), stdin=encoded + b"\0\0\0\0")
        self.refused("deadbeef", words=("decode",), stdin=bytes.fromhex("efbeadde"))

    def test_how_deep_decoding_goes(self):
        """textBold within textBold: 64 objects are entered unless more is asked for, 256 at most."""
        def nested(depth):
            json_text = '{"_":"textBold","text":' * (depth - 1) + '{"_":"textPlain","text":"x"}' + "}" * (depth - 1)
            return self.ends(OK, "encode", stdin=json_text).bytes

        self.ends(OK, "decode", stdin=nested(64))
        self.refused("deep", words=("decode",), stdin=nested(65))
        self.ends(OK, "decode", "--max-depth", "65", stdin=nested(65))
        self.ends(OK, "decode", "--max-depth", "256", "--type", "RichText", stdin=nested(256))
        self.refused("deep", words=("decode", "--max-depth", "2"), stdin=nested(3))
        for wrong in ("0", "257", "-1", "", "6x", "4294967297"):
            self.refused("1 to 256", words=("decode", "--max-depth", wrong))

    def test_unknown_type_option_and_command(self):
        self.refused("Nonsense", words=("encode", "--type", "Nonsense"))
        self.refused("--nonsense", words=("encode", "--nonsense"))
        self.refused("--type", words=("encode", "--type"))
        self.refused("--pretty", words=("decode", "--pretty=1"))
        self.refused("surplus", words=("decode", "surplus"))
        self.refused("nonsense", words=("nonsense",))
        self.assertEqual(run().status, USAGE)


class Help(unittest.TestCase):
    def test_the_whole(self):
        result = run("--help")
        self.assertEqual(result.status, OK)
        self.assertEqual(result.err, "")
        self.assertIn("exit status", result.out)
        self.assertLessEqual(max(map(len, result.out.splitlines())), 110)

    def test_each_command_has_some(self):
        shown = run("--help").out.split("\ncommands:\n")[1].split("\n\n")[0]
        commands = [line.split()[0] for line in shown.splitlines() if line[2].isalpha()]
        self.assertIn("password", commands)
        self.assertGreaterEqual(len(commands), 15)
        for command in commands:
            result = run(command, "--help")
            self.assertEqual(result.status, OK, command)
            self.assertIn("usage: tgcall " + command, result.out)

    def test_secrets_in_options_are_warned_of(self):
        for command in "login", "password":
            self.assertIn("ps", run(command, "--help").out)

    def test_explain(self):
        text = run("explain", "auth.signIn").out
        for part in ("phone_code_hash", "EmailVerification", "flags.0", "auth.Authorization",
                     "400 PHONE_CODE_INVALID", "401 SESSION_PASSWORD_NEEDED", "callers:"):
            self.assertIn(part, text)
        self.assertNotIn("420 FLOOD_WAIT_%d", text)
        self.assertIn("420 FLOOD_WAIT_%d", run("explain", "auth.signIn", "--all").out)
        self.assertIn("also before signing in", text)
        self.assertIn("303 FILE_MIGRATE_%d", run("explain", "upload.getFile").out)
        self.assertIn("400 PHONE_NUMBER_INVALID (or 406)", run("explain", "auth.sendCode").out)
        self.assertIn("403 CHAT_WRITE_FORBIDDEN\n", run("explain", "messages.sendMessage").out)
        self.assertRegex(text, r"since: layer \d+ or before(, last changed in layer \d+)?\n")
        self.assertIn("since: layer 229", run("explain", "ephemeral.getWelcomeMessages").out)

    def test_explain_takes_more_than_names(self):
        text = run("explain", "PHONE_CODE_INVALID").out
        self.assertIn("error PHONE_CODE_INVALID (400)", text)
        self.assertIn("  400 auth.signIn\n", text)
        self.assertIn("what to do: ask for the code again", text)
        text = run("explain", "FLOOD_WAIT_30").out
        self.assertIn("error FLOOD_WAIT_%d (420)", text)
        self.assertIn("the number: 30", text)
        self.assertIn("any method", text)
        self.assertIn("method       auth.signIn\n", run("explain", "auth.*").out)
        self.assertIn("constructor inputPeerUser#dde8a54c", run("explain", "0xdde8a54c").out)
        self.assertIn("type         auth.SentCode\n", run("explain", "sentcode").out)
        self.assertIn("returned by:\n", run("explain", "auth.SentCode").out)
        self.assertIn('did you mean "auth.signIn"?', run("explain", "auth.sginIn").err)
        self.assertIn('did you mean "explain"?', run("explian").err)
        self.assertIn('did you mean "--type"?', run("encode", "--tpye", "int").err)
        self.assertIn('did you mean "--proxy"?', run("me", "--porxy", "x").err)

    def test_explain_shows_texts_that_are_there(self):
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            file.write("method\tauth.signIn\tSigns in.\nerror\tPHONE_CODE_INVALID\tThe code is wrong.\n")
            file.flush()
            env = {**clean_environment(), "TGCALL_TEXTS": file.name}
            self.assertIn("Signs in.\n", run("explain", "auth.signIn", env=env).out)
            self.assertIn("The code is wrong.\n", run("explain", "PHONE_CODE_INVALID", env=env).out)

    def test_explain_rest(self):
        self.assertNotIn("before signing in", run("explain", "users.getUsers").out)
        self.assertIn("Vector<InputUser>", run("explain", "users.getUsers").out)
        self.assertIn("bots only", run("explain", "bots.setBotCommands").out)
        self.assertIn("auth.sentCodeSuccess", run("explain", "auth.SentCode").out)
        self.assertIn("type: InputPeer", run("explain", "inputPeerSelf").out)
        for words in ((), ("auth.nonsense",)):
            self.assertEqual(run("explain", *words).status, USAGE)


if __name__ == "__main__":
    unittest.main()
