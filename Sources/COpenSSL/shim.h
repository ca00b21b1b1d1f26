/* OpenSSL, and as functions what it offers only as macros, which Swift does not import. */

/* SHA-256's plain functions, see SHA256.swift. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* A macro over SSL_CTX_ctrl. */
static inline int copenssl_set_min_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_min_proto_version(context, version);
}

/* A macro over SSL_CTX_ctrl; buffers of idle connections go back to the heap, and nothing but what our own chain
 * holds goes out with it. */
static inline void copenssl_set_modes(SSL_CTX *context) {
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
}

/* The names of the options are function-like macros (SSL_OP_BIT). */
static inline void copenssl_forbid_extras(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}

/* A macro over SSL_CTX_ctrl: sessions go to the callback, and OpenSSL keeps none. */
static inline void copenssl_hand_out_sessions(SSL_CTX *context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}

/* A macro over SSL_ctrl, with a cast that takes the const away. */
static inline int copenssl_set_server_name(SSL *connection, const char *name) {
  return (int)SSL_set_tlsext_host_name(connection, name);
}

/* A macro over BIO_ctrl with an out parameter behind a cast. */
static inline size_t copenssl_memory(BIO *memory, char **start) { return (size_t)BIO_get_mem_data(memory, start); }

/* The flags are macros made of casts; the output keeps UTF-8 as it is. */
static inline int copenssl_print_name(BIO *out, const X509_NAME *name) {
  return X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

/* The functions of a STACK_OF are macros. */
static inline int copenssl_certificate_count(STACK_OF(X509) *chain) { return chain ? sk_X509_num(chain) : 0; }
static inline X509 *copenssl_certificate(STACK_OF(X509) *chain, int index) { return sk_X509_value(chain, index); }
static inline void copenssl_free_chain(STACK_OF(X509) *chain) { sk_X509_pop_free(chain, X509_free); }
static inline int copenssl_name_count(GENERAL_NAMES *names) { return names ? sk_GENERAL_NAME_num(names) : 0; }
static inline GENERAL_NAME *copenssl_name(GENERAL_NAMES *names, int index) {
  return sk_GENERAL_NAME_value(names, index);
}
/* The result of X509_get_ext_d2i is a void pointer to what the NID says. */
static inline GENERAL_NAMES *copenssl_alternative_names(const X509 *certificate) {
  return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

/* The same for where an issuer is published. */
static inline AUTHORITY_INFO_ACCESS *copenssl_information_access(const X509 *certificate) {
  return (AUTHORITY_INFO_ACCESS *)X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
}
static inline int copenssl_access_count(AUTHORITY_INFO_ACCESS *entries) {
  return entries ? sk_ACCESS_DESCRIPTION_num(entries) : 0;
}
static inline ACCESS_DESCRIPTION *copenssl_access(AUTHORITY_INFO_ACCESS *entries, int index) {
  return sk_ACCESS_DESCRIPTION_value(entries, index);
}
/* Makes the peer's own certificate the whole chain of a verification that builds none: a stack again. */
static inline void copenssl_keep_leaf(X509_STORE_CTX *verification) {
  X509 *leaf = X509_STORE_CTX_get0_cert(verification);
  STACK_OF(X509) *chain = sk_X509_new_null();
  if (!leaf || !chain || !X509_add_cert(chain, leaf, X509_ADD_FLAG_UP_REF)) {
    sk_X509_free(chain);
    return;
  }
  X509_STORE_CTX_set0_verified_chain(verification, chain);
}
/* A macro over SSL_CTX_ctrl; the context takes a reference of its own. */
static inline int copenssl_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
  return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

/* Macros over the EVP_CIPHER_CTX_ctrl calls, whose buffer parameter is a void pointer. */
static inline int copenssl_get_tag(EVP_CIPHER_CTX *context, uint8_t *tag, int count) {
  return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, count, tag);
}
static inline int copenssl_set_tag(EVP_CIPHER_CTX *context, const uint8_t *tag, int count) {
  return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, count, (void *)tag);
}
