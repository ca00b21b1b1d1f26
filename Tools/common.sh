# shellcheck shell=bash
# What every tool here says and does alike; sourced, never run.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tool=$(basename "$0")

say() { printf '%s\n' "$*"; }

# die CODE WORDS: the last words of a tool, on standard error.
die() {
  local code=$1
  shift
  printf '%s: %s\n' "$tool" "$*" >&2
  exit "$code"
}

# Seconds since START, as 1.2.
since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }'; }

# step WORDS COMMAND...: does one thing and says how long it took. What it prints goes into the file $log, and is
# shown when it fails.
step() {
  local words=$1 begin=$EPOCHREALTIME
  shift
  printf '%-52s' "$words"
  if "$@" >>"$log" 2>&1; then
    printf '%6s s\n' "$(since "$begin")"
  else
    local code=$?
    printf '  failed\n'
    show_trouble >&2
    exit $((code < 64 ? 70 : code))
  fi
}

# A compiler goes on after its first error: those are shown before the last lines.
show_trouble() {
  grep -aE '(error|warning): ' "$log" | sort -u | head -n 20 || true
  say "The last lines of $log:"
  tail -n 20 "$log"
}

# Whether `root` can work without asking anything it cannot get an answer to.
can_be_root() {
  # The status is said: in a trap, `return` alone would give that of the command before.
  [[ $EUID -eq 0 ]] && return 0
  command -v sudo >/dev/null || return 1
  [[ -t 0 ]] || sudo -n true 2>/dev/null
}

# root COMMAND...: runs it as root. Variables it needs go through `env`, since sudo drops them.
root() {
  if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

# Who called: under `sudo Tools/…` the person, not root.
caller_uid() { printf '%s\n' "${SUDO_UID:-$EUID}"; }
caller_gid() { printf '%s\n' "${SUDO_GID:-$(id -g)}"; }

# What a build under `sudo` leaves in the checkout belongs to the person again.
give_back() {
  if [[ $EUID -eq 0 && -n ${SUDO_UID:-} && -d $checkout/.build ]]; then
    chown -R "$(caller_uid):$(caller_gid)" "$checkout/.build"
    [[ ! -e $checkout/Package.resolved ]] || chown "$(caller_uid):$(caller_gid)" "$checkout/Package.resolved"
  fi
}

# sudo resets PATH to its own, and Swift mostly lives in a home folder: ask the person's login shell.
find_swift() {
  command -v swift >/dev/null && return
  [[ $EUID -eq 0 && -n ${SUDO_USER:-} ]] || return 1
  local found
  found=$(runuser -l "$SUDO_USER" -c 'command -v swift' 2>/dev/null) || return 1
  PATH=$PATH:$(dirname "$found")
}

# in_scratch COMMAND...: runs it with a folder of its own for temporary files: Swift leaves some behind, each time.
# It also asks git about the checkout, which must not make the index root's.
in_scratch() (
  TMPDIR=$(mktemp -d)
  export TMPDIR GIT_OPTIONAL_LOCKS=0
  trap 'rm -rf "$TMPDIR"' EXIT
  "$@"
)

# package build|test ARGUMENT...: what `swift` does with this checkout. Its caches and settings are those of the home
# folder, but a home in which no package was ever built is left as it is.
package() (
  home=$checkout/.build/home
  if [[ ! -e ${XDG_CACHE_HOME:-$HOME/.cache}/org.swift.swiftpm && ! -e $HOME/.swiftpm ]]; then
    mkdir -p "$home/config"
    # git looks there too, for how to reach a server.
    ln -sfn "${XDG_CONFIG_HOME:-$HOME/.config}/git" "$home/config/git"
    export XDG_CACHE_HOME=$home/cache XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data
  fi
  in_scratch swift "$1" --package-path "$checkout" "${@:2}"
)

# The program as it is shipped. One set of options, or each tool would build anew what another has built. The
# compiler refuses what a target imports without declaring it.
# shellcheck disable=SC2034
release=(-c release --static-swift-stdlib --product platen --explicit-target-dependency-import-check error)

# Programs that `needs` unpacked rather than installed, because their packages bring a service.
PATH=$PATH:$checkout/.build/needs/usr/bin:$checkout/.build/needs/usr/sbin:/usr/sbin:/sbin
