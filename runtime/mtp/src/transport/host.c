/* Names of hosts as they go on the wire: letters outside ASCII as IDNA 2008 writes them. */
#include "host.h"

#include <string.h>

#include "text.h"

#ifdef MTP_HAVE_IDN2
#include <idn2.h>

static const char *to_ascii(const char *name, char out[MTP_HOST_SIZE]) {
  char *ascii = NULL;
  const char *fault = NULL;
  int status = idn2_to_ascii_8z(name, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (status != IDN2_OK)
    fault = status == IDN2_MALLOC ? "out of memory" : "the host is not an international name";
  else if (strlen(ascii) >= MTP_HOST_SIZE)
    fault = "the host is longer than 255 bytes";
  else
    memcpy(out, ascii, strlen(ascii) + 1);
  idn2_free(ascii);
  return fault;
}

#else

static const char *to_ascii(const char *name, char out[MTP_HOST_SIZE]) {
  (void)name;
  (void)out;
  return "the host has letters outside ASCII and the library was built without libidn2: write it "
         "as xn--...";
}

#endif

static bool is_ascii(const char *text, size_t n) {
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)text[i] > 0x7f)
      return false;
  return true;
}

const char *mtp_host_take(const char *text, size_t n, char out[MTP_HOST_SIZE]) {
  if (n >= MTP_HOST_SIZE)
    return "the host is longer than 255 bytes";
  if (!mtp_host_ok(text, n))
    return "the host is missing or not a host";
  char name[MTP_HOST_SIZE];
  memcpy(name, text, n);
  name[n] = 0;
  if (!is_ascii(text, n))
    return to_ascii(name, out);
  memcpy(out, name, n + 1);
  return NULL;
}
