/** What somebody pastes to send something to a group for the first time. IPv6 addresses without brackets. */

export function gmondLines(server: string, port: number): string {
  return `globals {\n  send_metadata_interval = 30\n}\nudp_send_channel {\n  host = ${server}\n  port = ${port}\n}`;
}

export function collectdLines(server: string, port: number): string {
  return `LoadPlugin network\n<Plugin network>\n  Server "${server}" "${port}"\n</Plugin>`;
}

/** gmetric sends where a gmond.conf says: this one is made for it alone, and the host's stays untouched. */
export function gmetricLine(server: string, port: number): string {
  const conf = `udp_send_channel {\n    host = ${server}\n    port = ${port}\n  }`;
  return `gmetric -n hello -v 1 -t uint32 \\\n  -c <(echo '${conf}')`;
}

/** A counter, without any agent: bash itself sends what is written to such a path. */
export function statsdLine(server: string, port: number): string {
  return `echo "hello:1|c" > /dev/udp/${server}/${port}`;
}

export function graphiteLine(server: string, port: number): string {
  return `echo "hello 1 $(date +%s)" > /dev/udp/${server}/${port}`;
}

/** On the server, once a group: what its instances may register with. */
export function enrolLine(group: string): string {
  return `muster token create --role enrol --group ${shellWord(group)}`;
}

/** On an instance, at its first boot. `origin`: of the page, `https://muster.example.net`. */
export function bootLine(origin: string, group: string, signsIn: boolean): string {
  const from = shellWord(`${origin}/boot/${encodeURIComponent(group)}`);
  // Into a file first: a pipe into sh would hide why the server refuses, and end well.
  const or = '>muster-boot.sh ||\n  { cat muster-boot.sh; false; } &&\n  sudo';
  if (!signsIn) return `curl -sS --fail-with-body ${from} ${or} sh muster-boot.sh`;
  // As an argument of a command the token would be seen by every process.
  return (
    'export MUSTER_TOKEN=…\n' +
    'printf \'header = "authorization: Bearer %s"\' "$MUSTER_TOKEN" |\n' +
    `  curl -sS --fail-with-body -K - ${from} ${or} --preserve-env=MUSTER_TOKEN sh muster-boot.sh`
  );
}

/** One word of sh, quoted where it has to be. */
function shellWord(text: string): string {
  return /^[\w.:/%-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
