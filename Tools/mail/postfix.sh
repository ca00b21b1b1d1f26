# shellcheck shell=bash
# Postfix, with the sign-in of Cyrus SASL or of Dovecot; a part of `mail-server`.

packages_of_postfix=(postfix sasl2-bin)
ports_of_postfix=(smtp_port submission_port smtps_port relay_port legacy_port)

prepare_postfix() {
  prepare_any_postfix
  mkdir -p "$home/etc/sasl"
  "$home/root/usr/sbin/saslpasswd2" -p -c -f "$home/sasldb" -u "$domain" "${user%@*}" <<<"$password"
  root chown "$owner" "$home/sasldb"
}

prepare_any_postfix() {
  can_be_root || die 77 "starting Postfix needs root, and sudo asks for a password here"
  unpack
  choose_worker
  choose_owner
  make_certificates
  make_client_certificate
  make_queue
}

# Postfix wants an account and a group that nothing else uses and that are not `nobody`. Instead of making them
# it gets two of those that every Debian has since ever and that hardly any program still runs as.
choose_owner() {
  owner=$(first_of passwd uucp irc news games)
  group=$(first_of group irc uucp news games "$owner")
}

# first_of passwd|group NAME... [NOT]: the first that exists.
first_of() {
  local name
  for name in "${@:2}"; do
    getent "$1" "$name" >/dev/null && [[ $name != "${owner:-}" ]] && say "$name" && return
  done
  die 69 "none of the accounts ${*:2} exists, and Postfix needs one to run as"
}

# What a device shows at the relay's port, which knows it by its fingerprint and trusts its authority: an intermediate
# one, whose certificate only the device has.
make_client_certificate() {
  local key=(-newkey rsa:2048 -nodes -days 30)
  (
    cd "$home/tls"
    openssl req -x509 "${key[@]}" -CA ca.pem -CAkey ca.key -keyout devices.key -out devices.pem \
      -subj '/CN=Test authority of devices' -addext 'basicConstraints=critical,CA:true'
    openssl req -x509 "${key[@]}" -CA devices.pem -CAkey devices.key -keyout "$folder/client.key" -out client.pem \
      -subj "/CN=scanner.$domain" -addext 'basicConstraints=critical,CA:false' -addext extendedKeyUsage=clientAuth
    cat client.pem devices.pem >"$folder/client.pem"
  ) 2>/dev/null || die 70 "openssl could not create the certificates"
  # sha256 Fingerprint=AB:CD:…
  client_fingerprint=$(openssl x509 -in "$folder/client.pem" -noout -fingerprint -sha256)
  client_fingerprint=${client_fingerprint#*=}
}

# The queue's folders, each given to the account that works with it; `postfix start` would make them, and check much
# else of an installation. What stays the caller's, the caller can remove.
make_queue() {
  local spool=$home/spool
  mkdir -p "$home/data" \
    "$spool"/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,maildrop,pid,private,public,saved,trace}
  touch "$home/etc/dynamicmaps.cf"
  root chown -R "$owner" "$spool" "$home/data"
  root chown root "$spool" "$spool/pid"
  root chgrp "$group" "$spool/maildrop" "$spool/public"
  root chmod 700 "$home/data" "$spool"/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,private,saved,trace}
  root chmod 710 "$spool/public"
  root chmod 730 "$spool/maildrop"
  root setpriv --reuid "$owner" --clear-groups test -x "$spool" ||
    die 73 "the Postfix account $owner has no access to $folder: choose a folder below /tmp"
}

launch_postfix() {
  choose_ports "${ports_of_postfix[@]}"
  # Debian's Postfix looks for it there, whatever cyrus_sasl_config_path says.
  fill smtpd.conf >"$home/etc/sasl/smtpd.conf"
  start_master cyrus.cf && write_postfix_environment
}

write_postfix_environment() {
  local client_certificate=$folder/client.pem client_key=$folder/client.key
  write_environment "${ports_of_postfix[@]}" client_certificate client_key "$@"
}

# start_master SIGN_IN: starts Postfix's master and returns when it listens: `-w` waits for that.
start_master() {
  local part
  for part in master.cf recipients clients; do fill_postfix "$part" >"$home/etc/$part"; done
  { fill_postfix main.cf && fill_postfix "$1"; } >"$home/etc/main.cf"
  # Postfix waits two seconds for a file that is younger than that: somebody may still be writing it.
  touch -d '1 minute ago' "$home/etc"/*
  root env LD_LIBRARY_PATH="$home/root/usr/lib/postfix" \
    "$home/root/usr/lib/postfix/sbin/master" -c "$home/etc" -w </dev/null >"$folder/start.log" 2>&1
}

fill_postfix() { fill "$1" owner group client_fingerprint "${ports_of_postfix[@]}"; }
