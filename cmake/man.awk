# A manual page of what a program prints on --help.
#   awk -v title=TGCALL-SEND -v version=0.1.0 -v date=2026-01-31 -v program=tgcall -f man.awk COMMAND.txt [PROGRAM.txt]
# The second text is that of the program itself, for a page of one of its commands, which shares environment, files and exit
# statuses. A text has "usage:", a line or paragraph that says what it is for, paragraphs, "  --option ARG  what it does" and
# "  word  what it does" with lines that are indented by more, and sections that begin with "environment:", "files:",
# "exit status:", "examples:" and the like.

function escaped(text) {
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  if (text ~ /^[.']/)
    text = "\\\\&" text
  return text
}

function add(text) {
  body[section] = body[section] text "\n"
  if (!(section in seen)) {
    seen[section] = 1
    order[++sections] = section
  }
}

# "  tag  text" and its further lines.
function add_item(line, tag, rest) {
  sub(/^  /, "", line)
  if (match(line, /  +/)) {
    tag = substr(line, 1, RSTART - 1)
    rest = substr(line, RSTART + RLENGTH)
  } else {
    tag = line
    rest = ""
  }
  if (tag ~ /^--/ && section == "DESCRIPTION")
    section = "OPTIONS"
  add(".TP\n.B " escaped(tag))
  if (rest != "")
    add(escaped(rest))
  item = 1
}

# A line that begins a section; the rest of it, if any, is its first.
function begin(line, name) {
  match(line, /^[a-z ]+:/)
  name = toupper(substr(line, 1, RLENGTH - 1))
  section = name ~ /^OPTIONS/ ? "OPTIONS" : name
  verbatim = name == "EXAMPLES"
  item = 0
  line = substr(line, RLENGTH + 1)
  sub(/^ +/, "", line)
  if (line != "")
    add(escaped(line))
}

FNR == 1 {
  files++
  section = "SYNOPSIS"
  item = summary_next = 0
}
# Of the program's own text, only what its commands share.
files == 2 && /^(environment|files|exit status):/ {
  begin($0)
  wanted = 1
  next
}
files == 2 && /^[a-z ]+:/ { wanted = 0 }
files == 2 && !wanted { next }

/^usage: / && files == 1 {
  usage = usage ".nf\n" escaped(substr($0, 8)) "\n"
  next
}
/^       / && section == "SYNOPSIS" {
  usage = usage escaped(substr($0, 8)) "\n"
  next
}
section == "SYNOPSIS" && /^$/ { next }
section == "SYNOPSIS" {
  section = "DESCRIPTION"
  summary = $0
  sub(/[.:;,]? *$/, "", summary)
  sub(/[.] .*/, "", summary)
}
/^(commands|environment|files|exit status|examples|options of every command|transports):/ {
  begin($0)
  next
}
/^$/ {
  item = 0
  gap = 1
  next
}
verbatim {
  if (/^ /) {
    add(".nf\n" escaped(substr($0, 3)) "\n.fi")
    next
  }
  verbatim = 0
  section = "NOTES"
}
/^   / && item {
  sub(/^ +/, "")
  add(escaped($0))
  next
}
/^  [^ ]/ {
  add_item($0)
  gap = 0
  next
}
{
  if (item && section == "OPTIONS" && !/^ /)
    section = "NOTES"
  item = 0
  if (gap && (section in seen))
    add(".PP")
  gap = 0
  add(escaped($0))
}

function put(name) {
  if (name in body)
    printf ".SH %s\n%s", name, body[name]
  delete body[name]
}

END {
  printf ".TH %s 1 %s \"tlgen %s\" \"User Commands\"\n", escaped(title), date, version
  printf ".SH NAME\n%s \\- %s\n", escaped(tolower(title)), escaped(summary)
  printf ".SH SYNOPSIS\n%s.fi\n", usage
  put("DESCRIPTION")
  put("COMMANDS")
  put("TRANSPORTS")
  put("OPTIONS")
  put("NOTES")
  put("ENVIRONMENT")
  put("FILES")
  put("EXIT STATUS")
  put("EXAMPLES")
  printf ".SH SEE ALSO\n"
  if (tolower(title) != program)
    printf ".BR %s (1)\n", program
  else
    printf ".BR %s (1)\n", program == "tlgen" ? "tgcall" : "tlgen"
}
