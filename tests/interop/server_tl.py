"""TL for the independent server: reads schemas, turns bytes into dicts and back. An object is {"_": name, field: value};
absent fields have no key. Reading is strict: what a client may not send is a Malformed."""
import re
import struct

BOOL = {0x997275b5: True, 0xbc799737: False}
VECTOR = 0x1cb5c415
LINE = re.compile(r"^([\w.]+)#([0-9a-f]{1,8})\s*(.*?)\s*=\s*([\w.<> ]+);$")


class Malformed(Exception):
    """Bytes that are no object of the type that they should be."""


class Combinator:
    def __init__(self, name, number, fields, result, is_function):
        self.name, self.number, self.result, self.is_function = name, number, result, is_function
        self.fields = []  # (name, type, (word, bit) or None)
        for field in fields.split():
            if field.startswith("{"):
                continue
            label, kind = field.split(":", 1)
            condition = re.match(r"(\w+)\.(\d+)\?(.+)", kind)
            self.fields.append((label, condition[3], (condition[1], int(condition[2]))) if condition else (label, kind, None))


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if size < 0 or self.at + size > len(self.data):
            raise Malformed("%d bytes asked for at %d of %d" % (size, self.at, len(self.data)))
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize(form)))[0]

    def string(self):
        size, head = self.take(1)[0], 1
        if size == 255:
            raise Malformed("a string begins with 0xff")
        if size == 254:
            size, head = int.from_bytes(self.take(3), "little"), 4
            if size < 254:
                raise Malformed("a string of %d bytes in the long form" % size)
        text = self.take(size)
        if any(self.take(-(size + head) % 4)):
            raise Malformed("a string is not padded with zeros")
        return text

    def end(self):
        if self.at != len(self.data):
            raise Malformed("%d bytes behind an object" % (len(self.data) - self.at))


def pack_string(text):
    if len(text) >= 1 << 24:
        raise ValueError("a string of %d bytes" % len(text))
    head = bytes([len(text)]) if len(text) < 254 else b"\xfe" + len(text).to_bytes(3, "little")
    return head + text + bytes(-(len(head) + len(text)) % 4)


def constructor_of(type_name):
    """Whether a type's name is that of a bare constructor."""
    return type_name.rsplit(".", 1)[-1][0].islower()


class Schema:
    def __init__(self, *texts):
        self.by_name, self.by_number = {}, {}
        for text in texts:
            is_function = False
            for line in text.splitlines():
                is_function = {"---functions---": True, "---types---": False}.get(line.strip(), is_function)
                match = LINE.match(line.strip())
                if match and match[1] != "vector":
                    one = Combinator(match[1], int(match[2], 16), match[3], match[4], is_function)
                    self.by_name[one.name] = self.by_number[one.number] = one

    # ---- reading ----

    def decode(self, data, type_name="Object"):
        reader = Reader(data)
        value = self.read(reader, type_name)
        reader.end()
        return value

    def read(self, reader, kind):
        simple = {"int": "i", "long": "q", "double": "d", "#": "I"}.get(kind)
        if simple:
            return reader.number(simple)
        if kind in ("string", "bytes"):
            text = reader.string()
            return text.decode("utf-8") if kind == "string" else text
        if kind in ("int128", "int256"):
            return reader.take(int(kind[3:]) // 8)
        if kind == "Bool":
            number = reader.number("I")
            if number not in BOOL:
                raise Malformed("%08x is no Bool" % number)
            return BOOL[number]
        if kind.lower().startswith("vector<"):
            return self.read_vector(reader, kind)
        if kind not in ("Object", "!X", "X") and constructor_of(kind):
            return self.read_fields(reader, self.by_name[kind])
        return self.read_boxed(reader, kind)

    def read_vector(self, reader, kind):
        if kind[0] == "V" and reader.number("I") != VECTOR:
            raise Malformed("no vector where there should be one")
        count = reader.number("i")
        if count < 0 or count > len(reader.data):
            raise Malformed("a vector of %d" % count)
        return [self.read(reader, kind[7:-1]) for _ in range(count)]

    def read_boxed(self, reader, kind):
        number = reader.number("I")
        one = self.by_number.get(number)
        if one is None:
            raise Malformed("unknown constructor %08x" % number)
        if kind not in ("Object", "!X", "X") and (one.is_function or one.result != kind):
            raise Malformed("%s is no %s" % (one.name, kind))
        if kind in ("!X", "X") and not one.is_function:
            raise Malformed("%s is no function" % one.name)
        return self.read_fields(reader, one)

    def read_fields(self, reader, one):
        value = {"_": one.name}
        words = {}
        for name, kind, condition in one.fields:
            if kind == "#":
                words[name] = reader.number("I")
            elif condition is None:
                value[name] = self.read(reader, kind)
            elif words[condition[0]] >> condition[1] & 1:
                value[name] = True if kind == "true" else self.read(reader, kind)
        for word, bits in words.items():
            known = sum({1 << c[1] for _, _, c in one.fields if c and c[0] == word})
            if bits & ~known:
                raise Malformed("bits %x of %s in %s have no field" % (bits & ~known, word, one.name))
        return value

    # ---- writing ----

    def encode(self, value, kind="Object"):
        simple = {"int": "<i", "long": "<q", "double": "<d", "#": "<I"}.get(kind)
        if simple:
            return struct.pack(simple, value)
        if kind in ("string", "bytes"):
            return pack_string(value.encode("utf-8") if isinstance(value, str) else value)
        if kind in ("int128", "int256"):
            return value
        if kind == "Bool" or isinstance(value, bool):
            return struct.pack("<I", 0x997275b5 if value else 0xbc799737)
        if kind.lower().startswith("vector<"):
            head = struct.pack("<I", VECTOR) if kind[0] == "V" else b""
            return head + struct.pack("<i", len(value)) + b"".join(self.encode(item, kind[7:-1]) for item in value)
        if isinstance(value, bytes):
            return value  # packed before
        bare = kind not in ("Object", "!X") and constructor_of(kind)
        one = self.by_name[kind if bare else value["_"]]
        return (b"" if bare else struct.pack("<I", one.number)) + self.encode_fields(one, value)

    def encode_fields(self, one, value):
        unknown = set(value) - {"_"} - {name for name, _, _ in one.fields}
        assert not unknown, "%s has no %s" % (one.name, unknown)
        out = b""
        for name, kind, condition in one.fields:
            if kind == "#":
                bits = {c[1] for n, _, c in one.fields if c and c[0] == name and value.get(n) not in (None, False)}
                out += struct.pack("<I", sum(1 << bit for bit in bits))
            elif condition is None:
                out += self.encode(value[name], kind)
            elif value.get(name) is not None and kind != "true":
                out += self.encode(value[name], kind)
        return out
