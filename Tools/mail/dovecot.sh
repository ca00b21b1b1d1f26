# shellcheck shell=bash
# Postfix with the sign-in of Dovecot, by passwords and by tokens; a part of `mail-server`.
#
# Any name signs in with the one password. A token is a JWT that the key TOKEN_KEY (hexadecimal, HS256) signed, and its
# claim `email` is who may sign in with it.

packages_of_dovecot=(postfix dovecot-core)

prepare_dovecot() {
  prepare_any_postfix
  local key=$home/dovecot/keys/default/HS256
  mkdir -p "$key" "$home/dovecot/run" "$home/dovecot/state"
  token_key=$(openssl rand -hex 32)
  /usr/bin/python3 -c 'import base64, sys; print(base64.b64encode(bytes.fromhex(sys.argv[1])).decode(), end="")' \
    "$token_key" >"$key/default"
  sign_in_log=$folder/sign-in.log
  touch "$sign_in_log"
  [[ $EUID -ne 0 ]] || chown -R "$worker:$worker_group" "$home/dovecot" "$sign_in_log"
}

launch_dovecot() {
  choose_ports "${ports_of_postfix[@]}"
  start_sign_in && start_master dovecot.cf && write_postfix_environment sign_in_log token_key
}

# Starts Dovecot's sign-in, if it does not run yet, and returns when it answers.
start_sign_in() {
  local part attempt worker_name group_name
  [[ ! -S $home/dovecot/sign-in ]] || return 0
  worker_name=$(id -nu "$worker")
  group_name=$(getent group "$worker_group" | cut -d : -f 1)
  for part in dovecot.conf tokens.conf; do fill "$part" worker_name group_name password >"$home/etc/$part"; done
  # Dovecot would look for its parts where an installed one has them; `doveconf -e` spares it that for its settings.
  as_worker env LD_LIBRARY_PATH="$home/root/usr/lib/dovecot" "$home/root/usr/bin/doveconf" -c "$home/etc/dovecot.conf" \
    -m master -e "$home/root/usr/sbin/dovecot" </dev/null >"$folder/start.log" 2>&1
  for attempt in {1..100}; do
    [[ ! -S $home/dovecot/sign-in ]] || return 0
    sleep 0.05
  done
  return 1
}
