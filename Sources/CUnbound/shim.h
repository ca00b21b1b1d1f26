/* What libunbound.so.8 hands out. The library is loaded when an answer has to be validated, so neither its header nor
 * its package is needed to build; this structure is part of its interface and stays as it is within version 8. */
struct unbound_result {
  char *question_name;
  int question_type;
  int question_class;
  /* Ends with a null pointer; each has the length at the same place of `lengths`. */
  char **data;
  int *lengths;
  char *canonical_name;
  int rcode;
  void *packet;
  int packet_length;
  int has_data;
  int is_nonexistent;
  int is_secure;
  int is_bogus;
  char *why_bogus;
  int was_rate_limited;
  int seconds_to_live;
};
