/* SRP by the sign-in library's own code, which has tests of its own. */
#include "prover.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "srp.h"

typedef struct salts {
  uint8_t salt1[200], salt2[200], p[400];
  tgauth_srp_algo algo;
} salts;

static tl_bytes decoded(const json_t *answer, const char *path, uint8_t *out) {
  const char *text = text_at(answer, path);
  int size = EVP_DecodeBlock(out, (const unsigned char *)text, (int)strlen(text));
  assert_true(size > 0);
  for (size_t n = strlen(text); n > 0 && text[n - 1] == '='; n--)
    size--;
  return tl_bytes_of(out, (size_t)size);
}

static void encoded(char *out, const void *data, size_t size) {
  EVP_EncodeBlock((unsigned char *)out, data, (int)size);
}

static void read_algo(const json_t *answer, const char *which, salts *out) {
  char path[40];
  snprintf(path, sizeof path, "%s.salt1", which);
  out->algo.salt1 = decoded(answer, path, out->salt1);
  snprintf(path, sizeof path, "%s.salt2", which);
  out->algo.salt2 = decoded(answer, path, out->salt2);
  snprintf(path, sizeof path, "%s.p", which);
  out->algo.p = decoded(answer, path, out->p);
  snprintf(path, sizeof path, "%s.g", which);
  out->algo.g = (int32_t)number_at(answer, path);
}

static void hash(const salts *from, const char *password, uint8_t x[TGAUTH_SRP_HASH_SIZE]) {
  assert_int_equal(
      tgauth_srp_hash(&from->algo, tl_bytes_of((const void *)password, strlen(password)), x),
      MTP_OK);
}

const char *proof_of(raw_client *client, const char *password) {
  static char text[700];
  char a[400], m1[60];
  uint8_t x[TGAUTH_SRP_HASH_SIZE], b[400];
  salts current;
  tgauth_srp_proof proof;
  const json_t *answer = ask(client, "{'_':'account.getPassword'}");
  read_algo(answer, "current_algo", &current);
  hash(&current, password, x);
  assert_int_equal(
      tgauth_srp_prove(&current.algo, NULL, x, decoded(answer, "srp_B", b), NULL, &proof), MTP_OK);
  encoded(a, proof.a, sizeof proof.a);
  encoded(m1, proof.m1, sizeof proof.m1);
  snprintf(text, sizeof text, "{'_':'inputCheckPasswordSRP','srp_id':'%s','A':'%s','M1':'%s'}",
           text_at(answer, "srp_id"), a, m1);
  return text;
}

const char *new_password(raw_client *client, const char *password) {
  static char text[1600];
  char salt1[200], salt2[200], p[400], verifier_text[400];
  uint8_t x[TGAUTH_SRP_HASH_SIZE], verifier[MTP_DH_SIZE];
  salts offered;
  tl_buffer salt;
  tl_buffer_init(&salt, NULL, 0);
  read_algo(ask(client, "{'_':'account.getPassword'}"), "new_algo", &offered);
  assert_int_equal(tgauth_srp_new_salt(offered.algo.salt1, NULL, &salt), MTP_OK);
  offered.algo.salt1 = tl_bytes_of(salt.data, salt.size);
  hash(&offered, password, x);
  assert_int_equal(tgauth_srp_verifier(&offered.algo, NULL, x, verifier), MTP_OK);
  encoded(salt1, salt.data, salt.size);
  encoded(salt2, offered.algo.salt2.data, offered.algo.salt2.size);
  encoded(p, offered.algo.p.data, offered.algo.p.size);
  encoded(verifier_text, verifier, sizeof verifier);
  snprintf(text, sizeof text,
           "'new_algo':{'_':'passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow',"
           "'salt1':'%s','salt2':'%s','g':%d,'p':'%s'},'new_password_hash':'%s','hint':'h'",
           salt1, salt2, (int)offered.algo.g, p, verifier_text);
  tl_buffer_free(&salt);
  return text;
}
