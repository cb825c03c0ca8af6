"""Telethon's own session classes read what tgcall writes, and the other way round."""
import datetime
import sqlite3

from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession, StringSession
from telethon.tl import types

from tool import give, key_id, make_key, new_name, show, take

ADDRESSES = [(2, "149.154.167.51", 443), (4, "1.2.3.4", 80), (5, "2001:b28:f23f:f005::a", 443), (1, "::1", 65535)]


def check(session, dc, host, port, key):
    assert (session.dc_id, session.server_address, session.port) == (dc, host, port), session.server_address
    assert session.auth_key.key == key


def strings():
    for dc, host, port in ADDRESSES:
        key = make_key()
        theirs = StringSession()
        theirs.set_dc(dc, host, port)
        theirs.auth_key = AuthKey(key)
        text = theirs.save()
        session = take(text)
        shown = show(session)
        assert (shown["dc"], shown["keys"][0]["id"]) == (dc, key_id(key)), shown
        assert give(session, "telethon") == text
        check(StringSession(give(session, "telethon")), dc, host, port, key)


def databases():
    for dc, host, port in ADDRESSES:
        key = make_key()
        theirs = SQLiteSession(new_name())
        theirs.set_dc(dc, host, port)
        theirs.auth_key = AuthKey(key)
        date = datetime.datetime.fromtimestamp(1700000000, tz=datetime.timezone.utc)
        theirs.set_update_state(0, types.updates.State(pts=10, qts=20, date=date, seq=30, unread_count=0))
        theirs.set_update_state(1234, types.updates.State(pts=40, qts=0, date=date, seq=0, unread_count=0))
        channel = types.Channel(id=1234, title="x", photo=types.ChatPhotoEmpty(), date=date, access_hash=-99)
        theirs.process_entities([channel])
        theirs.save()
        theirs.close()
        session = take(theirs.filename)
        shown = show(session)
        assert (shown["dc"], shown["keys"][0]["id"], shown["channels"]) == (dc, key_id(key), 1), shown
        assert shown["updates"] == {"pts": 10, "qts": 20, "date": 1700000000, "seq": 30}, shown
        path = new_name() + ".session"
        give(session, "telethon-sqlite", path)
        ours = SQLiteSession(path)
        check(ours, dc, host, port, key)
        state = ours.get_update_state(0)
        assert (state.pts, state.qts, state.date, state.seq) == (10, 20, date, 30), state
        assert dict(ours.get_update_states())[1234].pts == 40
        assert ours.get_input_entity(types.PeerChannel(1234)) == types.InputPeerChannel(1234, -99)
        ours.process_entities([channel])
        ours.save()
        ours.close()


def older_databases():
    """Telethon upgrades a database of version 1; we read it before and after."""
    key = make_key()
    path = new_name() + ".session"
    db = sqlite3.connect(path)
    db.executescript("""create table version (version integer primary key);
        create table sessions (dc_id integer primary key, server_address text, port integer, auth_key blob);
        create table entities (id integer primary key, hash integer not null, username text, phone integer, name text);
        create table sent_files (id integer); insert into version values (1);""")
    db.execute("insert into sessions values (2, '149.154.167.51', 443, ?)", (key,))
    db.commit()
    db.close()
    assert show(take(path))["keys"][0]["id"] == key_id(key)
    SQLiteSession(path).close()
    assert show(take(path))["keys"][0]["id"] == key_id(key)


strings()
databases()
older_databases()
print("telethon ok")
