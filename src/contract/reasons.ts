/**
 * What mends a refusal, by its reason: every word that can stand at `reason` in
 * muster_packets_rejected_total, muster_values_rejected_total and muster_passive_rejected_total.
 * docs/PROTOCOLS.md says more of each.
 */
export const REASON_CURES = {
  // Who may send, and how much.
  'not-allowed': 'if it may send, add its address to the `allow` of the group, or of passive.nsca',
  'source-rate': 'it sends more than max_packets_per_second_per_source: raise it, or slow the sender down',
  'token-needed':
    'the group takes signed values only: write with a token, script/muster token create --role enrol',
  'source-share':
    'the server cannot keep up, and this sender has most of what waits: slow it down, or add ingest.workers',
  'ring-full': 'the server cannot keep up: add ingest.workers and spread the groups over them',
  resolving: 'mend the name server, or set host_name: packet',
  'spoof-denied': "let the sender speak for other hosts with the group's `spoof`, or call gmetric without -S",
  'not-its-host':
    'let the instance register anew from where it sends, correct its address in the list, or set binding: off',
  'host-moving': 'none: its name was just being given to another instance; what comes next is taken',
  'limit-series-per-source': 'find what invents names there; or raise max_series_per_source',
  'limit-series-per-host': 'find what invents names there; or raise max_series_per_host',
  'limit-series-share':
    'it holds as many series as are left for all others: find what invents names; or raise ingest.max_series',
  'limit-records': 'find what invents names; or raise ingest.max_series',
  'limit-hosts': 'find what invents names of hosts',
  'limit-facts': 'send fewer or shorter texts for one host',
  'limit-sources': 'send value lists with at most 63 data sources',
  'cache-full': 'mend the store; raise cache.max_points',
  // The group and the server.
  'not-accepted': "add the protocol to the group's `accept`, or send to another group's port",
  'group-removed': "the group is no longer configured: send to another group's port",
  shutdown: 'none: the server was stopping',
  'socket-error': 'none: the kernel reported a fault of one datagram',
  empty: 'look at what sends to this port',
  unrecognised: 'look at what sends to this port: it is none of the formats taken here',
  // Messages that cannot be read.
  truncated:
    "send smaller packets: collectd's MaxPacketSize; else it speaks what the group does not take, or is broken",
  'part-short': 'the sender is broken, or not collectd',
  'string-unterminated': 'the sender is broken, or not collectd',
  'string-too-long': 'shorten the name at the sender',
  'number-length': 'the sender is broken',
  'values-length': 'the sender is broken',
  'unknown-kind': 'the sender is newer than collectd 5, or broken',
  'extras-max': 'send at most 128 extra elements with a metric',
  'unknown-id': 'the sender speaks no Ganglia: let the group accept other protocols, too',
  legacy: 'let the sender speak Ganglia 3.1: jmxtrans and libraries of gmetric have a setting',
  incomplete: 'the plugin sets no host, plugin, type or time: mend it',
  'no-values': 'the plugin sends a list without values: mend it',
  'bad-severity': 'a notification is FAILURE, WARNING or OKAY: mend the plugin',
  'notification-past': "set the sender's clock; or timestamps: { outside: arrival }",
  'notification-future': "set the sender's clock; or timestamps: { outside: arrival }",
  'notification-repeated': 'none: the same was said a moment before',
  'notifications-max': 'look at what notifies: set Persist false, and Hits, in its thresholds',
  'empty-message': 'the plugin sends a notification without text: mend it',
  'no-host': 'the sender names no host: mend it',
  'no-name': 'the sender names no metric: mend it',
  'bad-spoof': 'write gmetric -S address:name',
  // Values that were read.
  'time-past':
    "set the sender's clock, or for line protocol its precision; or timestamps: { outside: arrival }",
  'time-future':
    "set the sender's clock, or for line protocol its precision; or timestamps: { outside: arrival }",
  'type-mismatch': 'give the new metric a new name; for collectd let both ends have the same types.db',
  'bad-number': 'mend what sends text, infinity or a negative counter where a number belongs',
  'host-gone': 'none: performance data of a host that had just left',
  'not-a-number': 'none, while collectd starts: it does not know its rates yet; else mend what sends nan',
  // Signed and encrypted packets of collectd.
  unsigned: "give the sender SecurityLevel Sign, and a user of the group's auth_file",
  unencrypted: "give the sender SecurityLevel Encrypt, and a user of the group's auth_file",
  'no-auth-file': 'let the instance register, give the group an auth_file, or the sender SecurityLevel None',
  'unknown-user':
    "let the instance register (again), add the user to the group's auth_file, or correct the sender's Username",
  'bad-signature': "give the sender the Password of the group's auth_file, or of its registration",
  'bad-checksum': "give the sender the Password of the group's auth_file, or of its registration",
  replayed: 'somebody sends packets again that came before: a loop of forwarders, or an attack',
  'envelopes-max': 'the sender is broken: packets inside packets inside packets',
  'signature-length': 'the sender is broken',
  'encryption-length': 'the sender is broken',
  'user-host':
    "add the host to the user's `hosts`, or give the sender another user; an instance writes its own host only",
  // Lines of statsd, Graphite and InfluxDB.
  'line-too-long': 'send shorter lines',
  'name-too-long': 'shorten the name at the sender',
  'bad-name': 'mend the name at the sender',
  'tags-max': 'send fewer tags with a metric',
  'no-value': 'mend the sender: its line has no value',
  'bad-value': "mend the sender: its line's value is no number",
  'no-type': 'mend the sender: its line has no type after |',
  'unknown-type': 'send one of the types c, g, ms, h, d, s',
  'bad-rate': 'send a sample rate above 0 and at most 1',
  'limit-buckets': 'find what invents names or tags there: ids of users and requests do not belong into them',
  event: 'post marks to /api/v1/events: events of Datadog are not taken',
  'service-check': 'define checks in Muster: service checks of Datadog are not taken',
  connections: 'close connections that are not needed; metrics may come by UDP',
  'unended-line': 'end each line with a newline',
  'not-lines': 'send lines of Graphite to this port, and nothing else',
  'bad-line': 'send lines of path, value and time',
  'bad-time': 'send the time in seconds since 1970; in line protocol a whole number, in its precision',
  'no-measurement': 'mend the sender: its line has no measurement',
  'bad-tag': 'mend the sender: a tag is key=value, each key once',
  'bad-tags': 'mend the sender: a tag is key=value, each key once',
  'too-many-tags': 'send fewer tags with a metric',
  'no-fields': 'mend the sender: its line has no field',
  'bad-field': 'mend the sender: a field is key=value',
  'too-many-fields': 'send fewer fields in a line',
  'unended-string': 'mend the sender: a string ends with a quotation mark',
  // Results of checks: how they come.
  'bad-crc': 'give send_nsca.cfg the encryption_method and password of passive.nsca',
  'bad-length': 'look at what connects there: send_nsca sends packets of 4304 bytes, or of 720',
  'bad-version': 'use send_nsca 2.x',
  unterminated: 'the sender is broken, or not send_nsca',
  'packet-age':
    'send within max_packet_age of connecting: one connection for what is there, not one for all day',
  'no-password': 'mend password_file of passive.nsca: the log says what is wrong with it',
  'bad-token': 'give the NRDP client a token: script/muster token create --role operator',
  'bad-result': 'mend the sender: a result has hostname and state, of a service servicename too',
  'bad-code': 'send 0 … 3, of a host 0 … 2, or the word for it',
  'bad-command': 'send lines of [time] NAME;argument;argument',
  'unknown-command': 'mend the sender: Nagios has no such command',
  'unsupported-command': 'use the page or the API: docs/PROTOCOLS.md lists the commands that are taken',
  'triggered-downtime': 'give each its own times: a downtime begins by no other one',
  'bad-downtime':
    'name a host, and a service, that are known here; give an end after the begin, still to come, within five years',
  'no-downtime': 'GET /api/v1/downtimes lists them: d12 is 12 here',
  'quiets-full': 'end downtimes that are not needed, or let one cover more: there are 5000 at most',
  'not-a-problem': 'none: it is well, or not known here',
  'not-acknowledged': 'none: it is not acknowledged, or not known here',
  'needs-operator': 'use a token of an operator: an enrolment token brings results, and decides nothing',
  // Results of checks: what they are about.
  'unknown-host': 'send the name that GET /api/v1/hosts has; a host is there from its first value on',
  'ambiguous-host': 'several clusters have such a host: POST …/result names the cluster',
  'unknown-service': 'define it: { name: NAME, passive: true }, with service: PATTERN for many at once',
  'not-passive':
    'the service is judged by other means: report under another name, or define it passive: true',
  'old-result': "send results in their order, and set the sender's clock; semantics: nagios takes any order",
  'future-result': "set the sender's clock",
  'too-many-services': 'find what invents names of services, and narrow the definition that takes them',
  'nothing-to-run': 'none: the service has no command that could be run',
  'judge-busy': 'the checks did not answer in time: look at muster_check_turn_seconds, and at the log',
} as const satisfies Readonly<Record<string, string>>;

const UNKNOWN = 'see docs/PROTOCOLS.md, "Reasons"';

/** What mends a refusal, in words. Reasons of values have `_` where those of packets have `-`. */
export function cureOf(reason: string): string {
  const word = reason.replaceAll('_', '-');
  return Object.hasOwn(REASON_CURES, word) ? REASON_CURES[word as keyof typeof REASON_CURES] : UNKNOWN;
}
