"""tgcall upload --to and download of messages: photos, albums, captions, names, links."""
import json
import os
import struct
import unittest
import zlib

from rig import LOCAL, OK, USAGE, TestCase, run

ANN, BOB = "15550002241", "15550002242"


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x80" * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class Upload(TestCase):
    config = {"users": [{"phone": ANN, "code": "23456", "first_name": "Ann", "username": "ann_u"},
                        {"phone": BOB, "code": "23456", "first_name": "Bob", "username": "bob_u"}]}

    def setUp(self):
        self.works("login", "--phone", ANN, "--code", "23456")
        self.works("login", "--phone", BOB, "--code", "23456", session="bob")

    def file(self, name, content):
        os.makedirs(self.dc.path("files"), exist_ok=True)
        path = self.dc.path(os.path.join("files", name))
        with open(path, "wb") as file:
            file.write(content)
        return path

    def send(self, *words, **options):
        return self.works("upload", *words, **options)["message_ids"]

    def messages(self, ids, session="me"):
        got = self.works("invoke", "messages.getMessages", json.dumps({"id": [{"_": "inputMessageID", "id": n} for n in ids]}),
                         session=session)
        return got["messages"]

    def newest_of_bob(self, count):
        lines = self.ends(OK, self.call("history", "@ann_u", "--limit", str(count), "--raw", session="bob")).out
        return [json.loads(line) for line in lines.splitlines()][::-1]

    def fetched(self, message, session="me"):
        return self.ends(OK, self.call("download", message, "-", session=session)).bytes

    def test_a_photo_goes_as_one(self):
        picture = png(31, 17)
        number, = self.send(self.file("garden.png", picture), "--to", "@bob_u", "--caption", "<b>Mine</b>", "--format", "html")
        sent, = self.messages([number])
        self.assertEqual(sent["media"]["_"], "messageMediaPhoto")
        size = sent["media"]["photo"]["sizes"][0]
        self.assertEqual((size["w"], size["h"], size["size"]), (31, 17, len(picture)))
        self.assertEqual(sent["message"], "Mine")
        came, = self.newest_of_bob(1)
        self.assertEqual(came["message"], "Mine")
        self.assertEqual(self.fetched("@ann_u/%d" % came["id"], session="bob"), picture)

    def test_a_photo_can_stay_a_file(self):
        picture = png(3, 3)
        number, = self.send(self.file("exact.png", picture), "--to", "me", "--as-file")
        document = self.messages([number])[0]["media"]["document"]
        self.assertEqual(document["mime_type"], "image/png")
        self.assertEqual(self.fetched("me/%d" % number), picture)

    def test_what_is_too_large_for_a_photo_is_a_file(self):
        large = png(5, 5) + bytes(11 << 20)
        number, other = self.send(self.file("small.png", png(4, 4)), self.file("large.png", large), "--to", "me")
        kinds = [message["media"]["_"] for message in self.messages([number, other])]
        self.assertEqual(kinds, ["messageMediaPhoto", "messageMediaDocument"])

    def test_several_make_an_album(self):
        pictures = [png(n, 2) for n in range(1, 4)]
        paths = [self.file("%d.png" % n, picture) for n, picture in enumerate(pictures)]
        before = self.dc.calls("messages.sendMultiMedia")
        ids = self.send(*paths, "--to", "@bob_u", "--caption", "-", stdin="three of them")
        self.assertEqual(self.dc.calls("messages.sendMultiMedia"), before + 1)
        sent = self.messages(ids)
        self.assertEqual([message["message"] for message in sent], ["three of them", "", ""])
        self.assertEqual(len({message["grouped_id"] for message in sent}), 1)
        came = self.newest_of_bob(3)
        self.assertEqual(len({message["grouped_id"] for message in came}), 1)
        self.assertEqual([self.fetched("@ann_u/%d" % message["id"], session="bob") for message in came], pictures)

    def test_kinds_and_tens_make_albums_of_their_own(self):
        texts = [self.file("%02d.txt" % n, b"text %d" % n) for n in range(12)]
        picture = self.file("one.png", png(2, 2))
        counts = [self.dc.calls("messages.sendMedia"), self.dc.calls("messages.sendMultiMedia")]
        ids = self.send(*texts, picture, self.file("last.pdf", b"%PDF"), "--to", "me")
        after = [self.dc.calls("messages.sendMedia"), self.dc.calls("messages.sendMultiMedia")]
        self.assertEqual([b - a for a, b in zip(counts, after)], [2, 2])
        groups = [message.get("grouped_id") for message in self.messages(ids)]
        self.assertEqual(len(set(groups[:10])), 1)
        self.assertEqual(groups[10], groups[11])
        self.assertNotEqual(groups[0], groups[10])
        self.assertEqual(groups[12:], [None, None])
        names = [message["media"]["document"] for message in self.messages(ids[:12])]
        self.assertEqual([d["attributes"][0]["file_name"] for d in names], ["%02d.txt" % n for n in range(12)])
        self.assertEqual({d["mime_type"] for d in names}, {"text/plain"})

    def test_a_pipe_has_the_name_that_it_is_given(self):
        number, = self.send("-", "--name", "log.txt", "--to", "me", stdin=b"from a pipe")
        document = self.messages([number])[0]["media"]["document"]
        self.assertEqual((document["mime_type"], document["attributes"][0]["file_name"]), ("text/plain", "log.txt"))
        self.assertEqual(self.fetched(str(number)), b"from a pipe")

    def test_what_makes_no_sense_is_refused_before_anything_is_sent(self):
        path, before = self.file("x", b"x"), self.dc.calls("upload.saveFilePart")
        for words in ([], ["-", "-", "--to", "me"], ["-", "--to", "me", "--caption", "-"], [path, path, "--send"],
                      [path, path, "--mime", "a/b"], [path, "--caption", "x"], [path, "--to", "me", "--send"],
                      [path, "--to", "me", "--format", "rtf"]):
            self.ends(USAGE, self.call("upload", *words))
        self.assertEqual(self.dc.calls("upload.saveFilePart"), before)
        self.fails("USERNAME_NOT_OCCUPIED", "upload", path, "--to", "@nobody_at_all")

    def test_several_without_anybody_are_inputs(self):
        result = self.ends(OK, self.call("upload", self.file("a", b"a"), self.file("b", b"b")))
        self.assertEqual(result.out.count('"inputFile"'), 2)

    # ---- download ----

    def download(self, *words, session="me"):
        folder = self.dc.path(self.id())
        os.makedirs(folder, exist_ok=True)
        here = os.getcwd()
        os.chdir(folder)
        self.addCleanup(os.chdir, here)
        result = self.call("download", *words, session=session)
        os.chdir(here)
        return folder, result

    def test_without_a_path_it_has_its_name(self):
        number, = self.send("-", "--name", "../../.evil\n.txt", "--to", "me", stdin=b"what is in it")
        folder, result = self.download("me/%d" % number)
        self.assertEqual(self.ends(OK, result).json(), {"bytes": 13, "file": "_evil_.txt"})
        self.assertEqual(os.listdir(folder), ["_evil_.txt"])
        folder, result = self.download("me/%d" % number)
        self.assertIn("already", self.ends(LOCAL, result).json()["error"]["text"])

    def test_links_name_messages(self):
        number, = self.send("-", "--name", "n", "--to", "@bob_u", stdin=b"by a link")
        for link in ("https://t.me/bob_u/%d", "t.me/bob_u/%d?single", "https://t.me/bob_u/1/%d", "@bob_u/%d", "bob_u.t.me/%d",
                     "tg://resolve?domain=bob_u&post=%d", "+" + BOB + "/%d"):
            self.assertEqual(self.fetched(link % number), b"by a link", link)
        self.assertIn("no message", self.ends(LOCAL, self.call("download", "me/%d" % number, "x")).err)  # it is in another chat
        for link in ("https://t.me/bob_u", "https://t.me/bob_u/7?comment=9", "@bob_u/x", "bob_u/99999999999", "/7"):
            self.assertEqual(self.call("download", link, "x").status, USAGE, link)

    def channel(self, message):
        """Answers as for a channel that has the message."""
        peer = {"_": "channel", "id": "1234567", "access_hash": "77", "title": "News", "username": "news_u", "date": 1,
                "photo": {"_": "chatPhotoEmpty"}}
        message = dict(message, peer_id={"_": "peerChannel", "channel_id": "1234567"}, id=5)
        self.dc.command(do="rule", method="contacts.resolveUsername", answer={
            "_": "contacts.resolvedPeer", "peer": {"_": "peerChannel", "channel_id": "1234567"}, "chats": [peer], "users": []})
        self.dc.command(do="rule", method="channels.getMessages", answer={
            "_": "messages.channelMessages", "pts": 1, "count": 1, "messages": [message], "topics": [], "chats": [peer],
            "users": []})
        self.addCleanup(self.dc.command, do="clear")

    def test_links_into_channels(self):
        number, = self.send("-", "--name", "n", "--to", "me", stdin=b"of a channel")
        self.channel(self.messages([number])[0])
        self.assertEqual(self.fetched("https://t.me/news_u/5"), b"of a channel")
        before = self.dc.calls("contacts.resolveUsername")
        for link in ("https://t.me/c/1234567/5", "t.me/c/1234567/3/5?thread=3", "-1000001234567/5",
                     "tg://privatepost?channel=1234567&post=5"):
            self.assertEqual(self.fetched(link), b"of a channel", link)
        self.assertEqual(self.dc.calls("contacts.resolveUsername"), before)  # it was met before
        self.assertEqual(self.call("download", "https://t.me/c/7654321/5", "x").status, USAGE)  # and this one was not

    def test_an_old_reference_is_renewed_from_the_message(self):
        number, = self.send("-", "--name", "n", "--to", "me", stdin=b"renewed")
        self.dc.command(do="rule", method="upload.getFile", error="FILE_REFERENCE_EXPIRED", times=1)
        before = self.dc.calls("messages.getMessages")
        self.assertEqual(self.fetched("me/%d" % number), b"renewed")
        self.assertEqual(self.dc.calls("messages.getMessages"), before + 2)

    def test_a_message_of_words_has_nothing_to_fetch(self):
        number = self.works("send", "me", "words")["message_id"]
        result = self.ends(LOCAL, self.call("download", "me/%d" % number, "x"))
        self.assertIn("no document", json.loads(result.out)["error"]["text"])
        self.assertEqual(run("download").status, USAGE)


if __name__ == "__main__":
    unittest.main()
