import { commentText, shellText } from './quote.ts';
import { CONF_MARK } from './mark.ts';
import { sh } from './sh-text.ts';
import type { BootWish } from './boot-script.ts';

/** Where the program is, and what may be said to it besides. */
export const PROGRAM_FILE = '/usr/local/sbin/muster-instance';
export const TOKEN_FILE = '/etc/muster/token';
/** There once the instance has registered in this boot: the agent's configuration as it was answered. */
export const ANSWER_FILE = '/run/muster/agent.conf';

/**
 * `muster-instance register|refresh|deregister`: POSIX sh for dash, busybox and bash. Its secret is read from
 * a file and goes to curl or wget by a file, so that no list of processes shows it.
 */
export function instanceProgram({ group, agent, urls }: BootWish): string {
  return `#!/bin/sh
# muster-instance: this machine in Muster, group ${commentText(group)}.
#   muster-instance register           says it is here; configures the agent
#   muster-instance refresh            follows a server whose address has changed
#   muster-instance deregister [WHY]   says it leaves
# ${CONF_MARK}'s boot script. Your own goes to /etc/muster/instance.conf, which is sourced: MUSTER_HOST,
# MUSTER_ID, MUSTER_METADATA_URL, MUSTER_CACERT (a PEM file), MUSTER_PATIENCE (seconds to retry, 600).
set -eu
umask 077
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
GROUP=${shellText(group)}
AGENT=${shellText(agent)}
URLS=${shellText(urls.join(' '))}
${BODY}`;
}

const BODY = sh`# shellcheck disable=SC1091
[ ! -r /etc/muster/instance.conf ] || . /etc/muster/instance.conf
metadata=$\{MUSTER_METADATA_URL:-http://169.254.169.254}/latest

say() { echo "muster: $*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
# One string of JSON: signs that do not print are left out.
json() { printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037\177' | sed 's/[\\"]/\\&/g')"; }

# http METHOD URL SECONDS [OPTION]: sends $tmp/head and, by POST, $tmp/body; the answer is $tmp/answer, its
# status is printed, 000 where there is none. OPTION: "direct", past any proxy.
http() {
  method=$1 url=$2 seconds=$3 direct=$\{4:-}
  : >"$tmp/answer"
  if have curl; then
    sed 's/.*/header = "&"/' "$tmp/head" >"$tmp/rc"
    set -- -q -g -s -S -K "$tmp/rc" -X "$method" -o "$tmp/answer" -w '%{http_code}' \
      --connect-timeout "$(( seconds < 3 ? seconds : 3 ))" --max-time "$seconds"
    [ "$method" != POST ] || set -- "$@" --data-binary "@$tmp/body"
    [ -z "$direct" ] || set -- "$@" --noproxy '*'
    [ -z "$\{MUSTER_CACERT:-}" ] || set -- "$@" --cacert "$MUSTER_CACERT"
    status=$(curl "$@" "$url" 2>"$tmp/fault") || status=000
  else
    sed 's/^/header = /' "$tmp/head" >"$tmp/rc"
    set -- --method="$method" -S --content-on-error -O "$tmp/answer" -t 1 -T "$(( seconds < 3 ? seconds : 3 ))"
    [ "$method" != POST ] || set -- "$@" --body-file="$tmp/body"
    [ -z "$direct" ] || set -- "$@" --no-proxy
    [ -z "$\{MUSTER_CACERT:-}" ] || set -- "$@" --ca-certificate="$MUSTER_CACERT"
    WGETRC=$tmp/rc timeout "$seconds" wget -nv "$@" "$url" 2>"$tmp/fault" || :
    status=$(sed -n 's|^ *HTTP/[0-9.]* \([0-9]*\).*|\1|p' "$tmp/fault" | tail -n 1)
  fi
  echo "$\{status:-000}"
}

# What the cloud tells of this machine: nothing where it is no cloud's.
meta() { if [ "$(http GET "$metadata/$1" 2 direct)" = 200 ]; then cat "$tmp/answer"; fi; }
open_metadata() {
  tries=1
  # Where there has to be metadata, one lost answer must not make another instance of this one.
  if [ -n "$\{MUSTER_METADATA_URL:-}" ] || grep -qs '^Amazon EC2' /sys/class/dmi/id/sys_vendor; then tries=5; fi
  while :; do
    echo 'X-aws-ec2-metadata-token-ttl-seconds: 300' >"$tmp/head"
    case $(http PUT "$metadata/api/token" 2 direct) in
      200) echo "X-aws-ec2-metadata-token: $(tr -cd 'A-Za-z0-9+/=_-' <"$tmp/answer")" >"$tmp/head"; return ;;
      403 | 404 | 405 | 501) : >"$tmp/head"; return ;; # Older than IMDSv2, or another cloud's.
    esac
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 1
  done
}

# Sets id and host, and writes what to register to $tmp/body.
describe() {
  name=$(uname -n) id='' host='' zone='' region='' tags=''
  if open_metadata; then
    id=$(meta meta-data/instance-id) host=$(meta meta-data/local-hostname)
    zone=$(meta meta-data/placement/availability-zone) region=$(meta meta-data/placement/region)
    for key in $(meta meta-data/tags/instance | tr -c 'A-Za-z0-9+=.,_:@\n-' '/' | head -n 50); do
      case $key in */*) continue ;; esac
      value=$(meta "meta-data/tags/instance/$key")
      tags="$tags$\{tags:+,}$(json "$key"):$(json "$value")"
    done
  fi
  host=$\{host%% *}
  # The machine's own name, where it is the same one in short.
  case $host in '' | "$name".*) host=$name ;; esac
  host=$\{MUSTER_HOST:-$host} id=$\{MUSTER_ID:-$\{id:-$host}}
  {
    printf '{"group":%s,"host":%s,"instance_id":%s' "$(json "$GROUP")" "$(json "$host")" "$(json "$id")"
    [ -z "$region" ] || printf ',"region":%s' "$(json "$region")"
    [ -z "$zone" ] || printf ',"zone":%s' "$(json "$zone")"
    printf ',"tags":{%s},"agent":"%s"}' "$tags" "$AGENT"
  } >"$tmp/body"
}

sign() {
  token=$\{MUSTER_TOKEN:-}
  if [ -z "$token" ] && [ -r /etc/muster/token ]; then token=$(tr -d ' \t\r\n' </etc/muster/token); fi
  case $token in *[!A-Za-z0-9_.=-]*) die "what MUSTER_TOKEN or /etc/muster/token holds is no token" ;; esac
  printf 'accept: text/plain\ncontent-type: application/json\n' >"$tmp/head"
  [ -z "$token" ] || echo "authorization: Bearer $token" >>"$tmp/head"
}

# The server's own words, or why there are none, on one line.
words() { cat "$tmp/answer" "$tmp/fault" 2>/dev/null | tr -c '[:print:]' ' ' | cut -c 1-400; }

register() {
  waited=0 pause=1 patience=$\{MUSTER_PATIENCE:-600}
  describe
  sign
  while :; do
    refused='' hope=''
    for server in $URLS; do
      answer="$(http POST "$server/api/v1/register" 15) $(words)"
      case $answer in
        '200 # ${CONF_MARK}'*)
          mkdir -p /run/muster
          printf '"group":%s,"instance_id":%s' "$(json "$GROUP")" "$(json "$id")" >/run/muster/instance
          cat "$tmp/answer" >/run/muster/agent.conf
          say "registered as $host ($id) at $server"
          return ;;
        2* | 000* | 408* | 409*instance_in_use* | 429* | 5*) hope=1; say "$server: $answer" ;;
        *) refused="$refused $server: $answer" ;;
      esac
    done
    # Where every server says no, asking again changes nothing.
    [ -n "$hope" ] || die "refused:$refused"
    [ "$waited" -lt "$patience" ] || die "no server has taken the registration in $patience s: $URLS"
    # Instances that start together do not ask together.
    pause=$((pause + $(od -An -N2 -tu2 /dev/urandom) % (pause + 1)))
    sleep "$pause"
    waited=$((waited + pause))
    [ "$pause" -le 60 ] || pause=60
  done
}

# The configuration as this machine needs it, in $tmp/conf; where it goes, in $conf.
localize() {
  cp /run/muster/agent.conf "$tmp/conf"
  "localize_$AGENT"
  ! have getent || localize_servers "$\{1:-}"
}

localize_collectd() {
  conf=$(collectd -h | sed -n 's/^ *Config file *//p')
  plugins=$(collectd -h | sed -n 's/^ *Plugin directory *//p')
  # shellcheck disable=SC2013
  for plugin in $(sed -n 's/^LoadPlugin \([a-z]*\)$/\1/p' "$tmp/conf"); do
    [ -e "$plugins/$plugin.so" ] || edit "s/^LoadPlugin $plugin\$/# Not installed here: &/"
  done
  # Of the places for settings of one's own, the one of this system.
  own=/etc/collectd/collectd.conf.d other=/etc/collectd.d
  case $conf in */collectd/*) ;; *) own=/etc/collectd.d other=/etc/collectd/collectd.conf.d ;; esac
  (umask 022 && mkdir -p "$own")
  edit "\|^<Include \"$other\">|,\|^</Include>|d"
}

localize_gmond() {
  conf=/etc/ganglia/gmond.conf
  for directory in /usr/lib/*/ganglia /usr/lib64/ganglia /usr/lib/ganglia; do
    [ ! -e "$directory/modcpu.so" ] || edit "s|^  gexec = no\$|&\\
  module_dir = \"$directory\"|"
  done
  # gmond 3.7.2 is safest under its machine's own name.
  edit "/^  override_hostname = \"$(uname -n)\"\$/d"
}

# The text holds the addresses: when one changes it is another text, the agent starts anew and looks the names
# up. By itself gmond never does, and collectd sends nothing while it cannot. Left out are names that are
# unknown, with which gmond does not start, and another name of the same machine. While the agent runs, a name
# that cannot be looked up stays what it was.
localize_servers() {
  all=' '
  channel='udp_send_channel { host =' block='  <Server'
  # shellcheck disable=SC2013
  for server in $(sed -n "s/^\($channel\|$block\) \"\([^\"]*\)\".*/\2/p" "$tmp/conf"); do
    found=$(getent ahosts "$server" | sed 's/ .*//' | sort -u | tr '\n' ' ')
    [ -n "$found" ] || [ "$1" = start ] || found=$(sed -n "s/^# $server is at //p" "$conf" 2>/dev/null) || :
    case $found in
      '') left='unknown' ;;
      *) case $all in *" $found"*) left="another name for $found" ;; *) left='' ;; esac ;;
    esac
    if [ -z "$left" ]; then all="$all$found" left="at $found"
    else edit "/^$channel \"$server\"/d; /^$block \"$server\" /,/^  <\/Server>/d"; fi
    echo "# $server is $left" >>"$tmp/conf"
  done
  edit '/^    ResolveInterval /d'
}
edit() { sed "$1" "$tmp/conf" >"$tmp/edited" && mv "$tmp/edited" "$tmp/conf"; }

# apply [start]: the agent gets the configuration, and starts anew only if it is another one.
apply() {
  localize "$\{1:-}"
  changed=
  [ "$(cat "$tmp/conf")" = "$(cat "$conf" 2>/dev/null)" ] || changed=1
  if [ -n "$changed" ]; then
    if [ "$AGENT" = collectd ]; then
      collectd -t -C "$tmp/conf" >&2 || die 'collectd does not take what the server answered'
    fi
    mkdir -p "$\{conf%/*}"
    if [ -e "$conf" ] && ! grep -qs '^# ${CONF_MARK}' "$conf" && [ ! -e "$conf.before-muster" ]; then
      cp -p "$conf" "$conf.before-muster"
    fi
    # gmetric reads gmond.conf as anybody, and it holds no secret.
    mode=600; [ "$AGENT" = collectd ] || mode=644
    cp "$tmp/conf" "$conf.new"
    chmod "$mode" "$conf.new"
    mv -f "$conf.new" "$conf"
  fi
  service=$AGENT
  [ "$AGENT" = collectd ] || ! [ -e /lib/systemd/system/ganglia-monitor.service ] || service=ganglia-monitor
  if [ -d /run/systemd/system ]; then
    if [ -n "$changed" ]; then systemctl restart "$service"; say "$conf is new, $service restarted"; fi
    if [ "$\{1:-}" = start ]; then systemctl -q enable "$service"; systemctl start "$service"; fi
  else
    run_directly "$\{1:-}"
  fi
}

run_directly() {
  pidfile=/run/muster/$AGENT.pid
  pid=$(cat "$pidfile" 2>/dev/null) || :
  if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$AGENT" ]; then
    [ -n "$changed" ] || return 0
    kill "$pid"
    # One that has ended has no file, though nobody may have asked for its exit status.
    for _ in 1 2 3 4 5 6 7 8 9 10; do [ -e "/proc/$pid/exe" ] || break; sleep 1; done
  elif [ "$1" != start ]; then return 0
  fi
  case $AGENT in
    collectd) collectd -C "$conf" -P "$pidfile" ;;
    gmond) gmond -c "$conf" -p "$pidfile" ;;
  esac
  say "$AGENT started with $conf"
}

# Why it leaves: what the cloud says, else what systemd does.
reason() {
  echo 'X-aws-ec2-metadata-token-ttl-seconds: 60' >"$tmp/head"
  if [ "$(http PUT "$metadata/api/token" 1 direct)" = 200 ]; then
    echo "X-aws-ec2-metadata-token: $(tr -cd 'A-Za-z0-9+/=_-' <"$tmp/answer")" >"$tmp/head"
    if [ "$(http GET "$metadata/meta-data/autoscaling/target-lifecycle-state" 1 direct)" = 200 ]; then
      case $(cat "$tmp/answer") in Terminated) echo scale-in; return ;; esac
    fi
    if [ "$(http GET "$metadata/meta-data/spot/instance-action" 1 direct)" = 200 ]; then
      echo 'spot interruption'
      return
    fi
  fi
  case $(systemctl list-jobs 2>/dev/null) in
    *reboot.target*) echo reboot ;;
    *shutdown.target* | *poweroff.target* | *halt.target*) echo shutdown ;;
    *) echo stopped ;;
  esac
}

# Never holds a shutdown up: ten seconds at most, and done whatever comes of it.
deregister() {
  [ -r /run/muster/instance ] || { say 'not registered since the start'; return; }
  why=$\{1:-$(reason)}
  printf '{%s,"reason":%s}' "$(cat /run/muster/instance)" "$(json "$why")" >"$tmp/body"
  sign
  for server in $URLS; do
    status=$(http POST "$server/api/v1/deregister" 3)
    if [ "$status" = 200 ]; then rm -f /run/muster/instance; say "deregistered: $why"; return; fi
    say "$server: $status $(words)"
  done
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
case $\{1:-} in
  register) register; apply start ;;
  refresh) [ ! -r /run/muster/agent.conf ] || apply ;;
  deregister) deregister "$\{2:-}" ;;
  *) die 'usage: muster-instance register|refresh|deregister [WHY]' ;;
esac
`;
