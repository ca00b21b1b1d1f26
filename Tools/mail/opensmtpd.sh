# shellcheck shell=bash
# OpenSMTPD; a part of `mail-server`. Debian 12's does not go with OpenSSL 3: it offers STARTTLS and then breaks off, so
# it has one port without TLS, and one that shows what becomes of a client there.
#
# It looks for its folders, programs and accounts where an installed one has them, so it runs in a mount namespace of
# its own, where they are there.

packages_of_opensmtpd=(opensmtpd libnss-wrapper)

prepare_opensmtpd() {
  can_be_root || die 77 "starting OpenSMTPD needs root, and sudo asks for a password here"
  unpack
  choose_worker
  add_accounts opensmtpd opensmtpq
  make_certificates
}

launch_opensmtpd() {
  local attempt worker_name wrapper
  choose_ports smtp_port broken_port
  worker_name=$(id -nu "$worker")
  wrapper=$(compgen -G "$home/root/usr/lib/*/libnss_wrapper.so")
  fill opensmtpd.conf worker_name smtp_port broken_port >"$home/etc/smtpd.conf"
  root unshare --mount bash "$parts/opensmtpd-inside" "$home" "$wrapper" </dev/null >"$folder/log" 2>&1 &
  for attempt in {1..100}; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$smtp_port") 2>/dev/null; then
      write_environment smtp_port broken_port
      return
    fi
    sleep 0.05
  done
  return 1
}
