/* What is served, with the schemas of its parameters. */
#include <string.h>

#include "serve/serve.h"

#define OBJECT "{\"type\": \"object\", \"additionalProperties\": false, "

static const tool tools[] = {
    {"invoke",
     "Calls a method of Telegram's API and returns its result. params are an object by the schema "
     "(explain tells the fields): \"_\" names a constructor, long numbers are strings of digits, "
     "bytes are base64. Where an InputPeer, InputUser or InputChannel belongs, a text does: "
     "\"me\", "
     "\"@name\", \"+phone\", a t.me link, an id. Only methods that the user allowed.",
     OBJECT "\"properties\": {\"method\": {\"type\": \"string\", \"description\": "
            "\"such as messages.getHistory\"}, \"params\": {\"type\": \"object\"}}, "
            "\"required\": [\"method\"]}",
     serve_invoke, false},
    {"explain",
     "Says what a method takes, returns and fails with, what a constructor or type consists of, or "
     "what an error means. name may be a pattern (messages.*) or a word to search for.",
     OBJECT "\"properties\": {\"name\": {\"type\": \"string\"}}, \"required\": [\"name\"]}",
     serve_explain, true},
    {"listen",
     "Waits for new messages and returns them, as soon as there are count (1) or seconds (30) have "
     "passed; those between two calls are kept, from the first call on. all: every kind of update, "
     "not only messages. follow: returns at once, and tells each update as a notification "
     "\"update\".",
     OBJECT
     "\"properties\": {\"count\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 1000}, "
     "\"seconds\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 3600}, "
     "\"all\": {\"type\": \"boolean\"}, \"follow\": {\"type\": \"boolean\"}}}",
     serve_listen, false},
    {"upload",
     "Sends files of the folder that the user gave, photos as photos unless as_file is set, "
     "several "
     "as an album; returns the numbers of the messages.",
     OBJECT "\"properties\": {\"files\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}, "
            "\"minItems\": 1, \"maxItems\": 10}, \"to\": {\"type\": \"string\", \"description\": "
            "\"me, @name, +phone, a t.me link, an id\"}, \"caption\": {\"type\": \"string\"}, "
            "\"as_file\": {\"type\": \"boolean\"}}, \"required\": [\"files\", \"to\"]}",
     serve_upload, false},
    {"download", "Downloads the file of a message into the folder that the user gave.",
     OBJECT "\"properties\": {\"message\": {\"type\": \"string\", \"description\": "
            "\"PEER/NUMBER or a t.me link\"}, \"to\": {\"type\": \"string\", \"description\": "
            "\"the name in the folder; otherwise the one it was sent with\"}}, "
            "\"required\": [\"message\"]}",
     serve_download, false},
};

const tool *serve_tool_at(size_t i) {
  return i < sizeof tools / sizeof *tools ? &tools[i] : NULL;
}

const tool *serve_tool(const char *name) {
  for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
    if (strcmp(tools[i].name, name) == 0)
      return &tools[i];
  return NULL;
}
