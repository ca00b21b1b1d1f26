/* OpenSSL, and as functions what it offers only as macros, which Swift does not import. */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* Macros over SSL_CTX_ctrl. */
static inline int simulator_set_versions(SSL_CTX *context, int lowest, int highest) {
  return SSL_CTX_set_min_proto_version(context, lowest) && SSL_CTX_set_max_proto_version(context, highest);
}

/* A macro over EVP_PKEY_CTX_ctrl in older headers, and a padding number that is one. */
static inline int simulator_use_pss(EVP_PKEY_CTX *context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
}

/* A macro over BIO_ctrl with an out parameter behind a cast. */
static inline long simulator_memory(BIO *memory, char **start) { return BIO_get_mem_data(memory, start); }

/* The flags are macros made of casts. */
static inline int simulator_print_name(BIO *out, const X509_NAME *name) {
  return X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}
