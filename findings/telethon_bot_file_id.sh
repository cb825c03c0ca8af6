#!/bin/sh
# Telethon 1.25.1 (Debian 12's python3-telethon): resolve_bot_file_id() knows no file_id that the Bot API gives today.
#
# A file_id of version 4 has the file's reference in it, told by bit 25 of its type; photos are described by the place that they
# come from. The function says None, as for what is no file_id, to a document with its reference and to a photo; only without a reference
# a document is read. The ids below were made by @mtcute/file-id of a document and a photo that do not exist.
# Seen: document without reference: id 5368324170671202286; document with reference: None; photo: None
set -eu
exec "$(dirname "$0")/run_in_deb" python3-telethon=1.25.1-1 python3-pyaes python3-rsa python3-pyasn1 <<'SCRIPT'
import sys
import telethon
from telethon.utils import resolve_bot_file_id

plain = resolve_bot_file_id("BQADAgAD7h8AAmQegEqHIPJ5t4___zoE")
referenced = resolve_bot_file_id("BQACAgIAAwMBAgPuHwACZB6ASocg8nm3j___OgQ")
photo = resolve_bot_file_id("AgADAgAD7h8AAmQegEqHIPJ5t4___wEAAwIAA3gAAzoE")
print(telethon.__version__, "document without reference:", plain and f"id {plain.id}",
      "; document with reference:", referenced, "; photo:", photo)
sys.exit(0 if plain and plain.id == 5368324170671202286 and referenced is None and photo is None else 1)
SCRIPT
