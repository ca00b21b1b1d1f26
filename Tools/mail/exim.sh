# shellcheck shell=bash
# Exim; a part of `mail-server`. No process of it is root.

packages_of_exim=(exim4-daemon-light libnss-wrapper)
ports_of_exim=(smtp_port submission_port smtps_port relay_port small_port)

prepare_exim() {
  unpack
  choose_worker
  make_certificates
  log=$folder/main.log
  mkdir -p "$home/spool"
  [[ $EUID -ne 0 ]] || chown -R "$worker:$worker_group" "$folder" "$home/spool" "$home/tls"
  add_accounts Debian-exim
}

# Returns when it listens: the daemon goes to the background only then.
launch_exim() {
  local wrapper
  choose_ports "${ports_of_exim[@]}"
  fill exim.conf user password "${ports_of_exim[@]}" >"$home/etc/exim.conf"
  wrapper=$(compgen -G "$home/root/usr/lib/*/libnss_wrapper.so")
  as_worker env LD_PRELOAD="$wrapper" NSS_WRAPPER_PASSWD="$home/etc/passwd" NSS_WRAPPER_GROUP="$home/etc/group" \
    "$home/root/usr/sbin/exim4" -C "$home/etc/exim.conf" -bd </dev/null >"$folder/start.log" 2>&1 || return
  write_environment "${ports_of_exim[@]}" log
}
