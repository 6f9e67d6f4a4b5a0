import { instanceProgram, PROGRAM_FILE, TOKEN_FILE } from './instance-program.ts';
import { commentText, shellText } from './quote.ts';
import { sh } from './sh-text.ts';
import { TIMER, UNIT_FILES } from './units.ts';
import type { BootWish } from './boot-script.ts';

/**
 * The whole boot script for POSIX sh. It acts in its last line, so that one that was cut off on its way does
 * nothing.
 */
export function shellScript(wish: BootWish): string {
  const { group, agent, urls, port, token } = wish;
  const at = port === null ? 'its port' : `UDP port ${port}`;
  return `#!/bin/sh
# Muster: this machine registers in the group ${commentText(group)}, sends to ${at}
# with ${agent}, and says when it leaves. For Debian, Ubuntu and Amazon Linux, as root; running it again
# changes nothing.
# The enrolment token: MUSTER_TOKEN=… before "sh", or in ${TOKEN_FILE} (mode 0600).
# Servers: ${urls.map(commentText).join(' ')}
set -eu
umask 022
AGENT=${agent}
${token === null ? '' : `MUSTER_TOKEN=$\{MUSTER_TOKEN:-${shellText(token)}}\n`}${INSTALL}
lay_down() {
${[
  { path: PROGRAM_FILE, text: instanceProgram(wish), mode: '755' },
  ...UNIT_FILES.map((file) => ({ ...file, mode: '644' })),
]
  .map(({ path, text, mode }) => `put ${mode} ${path} <<'END_OF_FILE'\n${text}END_OF_FILE\n`)
  .join('')}}

${MAIN}`;
}

const INSTALL = sh`
say() { echo "muster: $*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# put MODE FILE: what comes in becomes that file, unless it is the same already.
put() {
  mkdir -p "$\{2%/*}"
  (umask 077 && cat >"$2.new")
  chmod "$1" "$2.new"
  if [ "$(cat "$2.new")" = "$(cat "$2" 2>/dev/null)" ]; then rm -f "$2.new"; return; fi
  mv -f "$2.new" "$2"
  laid=1
}

# Some tries: at first boot another program may hold the lock, and a mirror may not answer yet.
again() {
  for pause in 2 5 10 20 40 60 0; do
    if "$@"; then return 0; fi
    [ "$pause" = 0 ] || sleep "$pause"
  done
  return 1
}
by_apt() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >&2 || say 'apt-get update failed; with the lists there are:'
  apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 \
    -o Dpkg::Options::=--force-confold "$@" >&2
}
by_yum() { if have dnf; then dnf install -y -q "$@" >&2; else yum install -y -q "$@" >&2; fi; }

install_agent() {
  PATH=$PATH:/usr/sbin:/sbin
  need=
  have curl || have wget || need=curl
  if have "$AGENT"; then [ -n "$need" ] || return 0
  else
    # shellcheck disable=SC1091
    release=$(. /etc/os-release 2>/dev/null && echo "$\{ID:-}$\{VERSION_ID:-}") || release=
    if have apt-get; then
      case $AGENT in gmond) need="$need ganglia-monitor" ;; *) need="$need collectd-core" ;; esac
    else
      case $AGENT-$release in
        gmond-amzn2023*) die 'Amazon Linux 2023 has no package of gmond: take agent=collectd' ;;
        gmond-amzn2) amazon-linux-extras install -y epel >&2 ;;
        collectd-amzn2) amazon-linux-extras install -y collectd >&2 ;;
      esac
      case $AGENT in gmond) need="$need ganglia-gmond" ;; *) need="$need collectd" ;; esac
    fi
  fi
  # shellcheck disable=SC2086
  if have apt-get; then again by_apt $need
  elif have dnf || have yum; then
    # Disks are read by a package of their own there; without it all the rest is measured.
    again by_yum $need && { [ "$AGENT" = gmond ] || by_yum collectd-disk || :; }
  else false
  fi || die "cannot install$need: see above; install it by hand, then run this again"
}
`;

const MAIN = sh`main() {
  [ "$(id -u)" = 0 ] || die 'this needs root'
  if [ -n "$\{MUSTER_TOKEN:-}" ]; then echo "$MUSTER_TOKEN" | put 600 ${TOKEN_FILE}; fi
  unset MUSTER_TOKEN
  install_agent
  laid=
  lay_down
  if have systemctl; then
    if [ -n "$laid" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
    systemctl -q enable ${TIMER}
  else say 'no systemd here: call "muster-instance register" at boot and "muster-instance deregister" at shutdown'
  fi
  failed=0
  ${PROGRAM_FILE} register || failed=$?
  # Also where it failed: it is tried again, and at each boot.
  if [ -d /run/systemd/system ]; then systemctl start ${TIMER}; fi
  return "$failed"
}

main
`;
