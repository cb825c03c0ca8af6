/* Makes, keeps and reads the RSA key (private.pem and public.pem). */
#include "identity.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <unistd.h>

#include "rsa_private.h"

#define MOST_PEM 8192

static char *path_of(const tgdc *dc, const char *name) {
  size_t size = strlen(dc->dir) + strlen(name) + 2;
  char *path = malloc(size);
  if (path != NULL)
    snprintf(path, size, "%s/%s", dc->dir, name);
  return path;
}

static EVP_PKEY *read_key(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL)
    return NULL;
  EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
  fclose(file);
  return key;
}

static bool write_file(const char *path, int mode, const char *text, size_t size) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0)
    return false;
  bool ok = write(fd, text, size) == (ssize_t)size;
  return close(fd) == 0 && ok;
}

/* A NUL-terminated copy of what is in the memory BIO. */
static char *text_of(BIO *bio) {
  char *data;
  long size = BIO_get_mem_data(bio, &data);
  if (size <= 0 || size > MOST_PEM)
    return NULL;
  char *text = malloc((size_t)size + 1);
  if (text == NULL)
    return NULL;
  memcpy(text, data, (size_t)size);
  text[size] = 0;
  return text;
}

/* The form that clients carry: "RSA PUBLIC KEY". */
static char *public_pem(EVP_PKEY *key) {
  char *text = NULL;
  BIO *bio = BIO_new(BIO_s_mem());
  OSSL_ENCODER_CTX *encoder =
      OSSL_ENCODER_CTX_new_for_pkey(key, EVP_PKEY_PUBLIC_KEY, "PEM", "type-specific", NULL);
  if (bio != NULL && encoder != NULL && OSSL_ENCODER_to_bio(encoder, bio) == 1)
    text = text_of(bio);
  OSSL_ENCODER_CTX_free(encoder);
  BIO_free(bio);
  return text;
}

static char *private_pem(EVP_PKEY *key) {
  char *text = NULL;
  BIO *bio = BIO_new(BIO_s_mem());
  if (bio != NULL && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1)
    text = text_of(bio);
  BIO_free(bio);
  return text;
}

static bool save(const tgdc *dc, const char *name, int mode, const char *text) {
  char *path = path_of(dc, name);
  bool ok = path != NULL && write_file(path, mode, text, strlen(text));
  free(path);
  return ok;
}

static EVP_PKEY *load(const tgdc *dc) {
  char *path = dc->dir == NULL ? NULL : path_of(dc, "private.pem");
  EVP_PKEY *key = path == NULL ? NULL : read_key(path);
  free(path);
  return key;
}

/* Fills dc->rsa and dc->public_key. */
static bool adopt(tgdc *dc, EVP_PKEY *key) {
  char *secret = private_pem(key);
  dc->public_key = public_pem(key);
  bool ok = secret != NULL && dc->public_key != NULL &&
            rsa_private_from_pem(secret, strlen(secret), &dc->rsa) == MTP_OK;
  if (secret != NULL)
    OPENSSL_cleanse(secret, strlen(secret));
  free(secret);
  return ok && (dc->dir == NULL || save(dc, "public.pem", 0644, dc->public_key));
}

static bool keep(const tgdc *dc, EVP_PKEY *key) {
  char *secret = private_pem(key);
  bool ok = secret != NULL && (dc->dir == NULL || save(dc, "private.pem", 0600, secret));
  if (secret != NULL)
    OPENSSL_cleanse(secret, strlen(secret));
  free(secret);
  return ok;
}

static void forget(tgdc *dc) {
  rsa_private_free(dc->rsa);
  free(dc->public_key);
  dc->rsa = NULL;
  dc->public_key = NULL;
}

/* mtcute compares fingerprints as hexadecimal numbers and loses a zero at the front: a key with one
 * is not used. */
static bool fingerprint_fits(const tgdc *dc) {
  return (uint64_t)mtp_rsa_key_fingerprint(dc->rsa->key) >> 60 != 0;
}

/* The key that the caller gave. */
static bool take_over(tgdc *dc, const char *pem) {
  BIO *bio = BIO_new_mem_buf(pem, -1);
  EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
  bool ok = key != NULL && adopt(dc, key) && keep(dc, key);
  EVP_PKEY_free(key);
  BIO_free(bio);
  return ok;
}

static bool make(tgdc *dc) {
  bool ok = false;
  for (int tries = 0; !ok && tries < 100; tries++) {
    EVP_PKEY *key = EVP_RSA_gen(2048);
    forget(dc);
    ok = key != NULL && adopt(dc, key) && fingerprint_fits(dc) && keep(dc, key);
    EVP_PKEY_free(key);
  }
  return ok;
}

bool dc_identity_open(tgdc *dc, char *error, size_t error_size) {
  EVP_PKEY *key = load(dc);
  const char *given = dc->options.key;
  bool ok = key != NULL ? adopt(dc, key) : given != NULL ? take_over(dc, given) : make(dc);
  dc->options.key = NULL; /* not ours */
  EVP_PKEY_free(key);
  if (ok && dc->dir != NULL)
    ok = (dc->public_key_path = path_of(dc, "public.pem")) != NULL;
  if (!ok)
    dc_fail(error, error_size, "cannot %s the RSA key: %s", given != NULL ? "use" : "make or keep",
            strerror(errno));
  return ok;
}

void dc_identity_close(tgdc *dc) {
  rsa_private_free(dc->rsa);
  free(dc->public_key);
  free(dc->public_key_path);
}
