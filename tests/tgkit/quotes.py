#!/usr/bin/env python3
"""The programs quoted in the guide are those of the examples, to the letter.

    quotes.py GUIDE EXAMPLES
"""
import os
import re
import sys

guide, examples = sys.argv[1:3]
with open(guide, encoding="utf-8") as file:
    quoted = re.findall(r"```c\n(.*?)```", file.read(), re.S)
texts = []
for name in sorted(os.listdir(examples)):
    if name.endswith((".c", ".h")):
        with open(os.path.join(examples, name), encoding="utf-8") as file:
            texts.append(file.read())
wrong = [text for text in quoted if not any(text.strip() in other for other in texts)]
if not quoted or wrong:
    sys.exit("not in the examples:\n" + "\n".join(wrong or ["(nothing is quoted)"]))
