/** Every bound of the server, named. What is refused at one of them is counted with a reason. */

/** Bytes of a UDP payload at most (IPv4). */
export const DATAGRAM_BYTES_MAX = 65_507;
/** Receive buffer asked of the kernel per socket. */
export const RECEIVE_BUFFER_BYTES = 16 * 1024 * 1024;
/** Networks in a group's `allow` or `spoof`, users with patterns of hosts, percentiles of statsd's timers. */
export const SENDER_NETWORKS_MAX = 1000;
export const SENDER_USERS_MAX = 10_000;
export const PERCENTILES_MAX = 20;
/** Bytes of a line of Graphite and of its name; of one of InfluxDB and of its measurement with all tags. */
export const LINE_BYTES_MAX = 4096;
export const GRAPHITE_PATH_BYTES_MAX = 1000;
export const INFLUX_LINE_BYTES_MAX = 1024 * 1024;
export const INFLUX_HEAD_BYTES_MAX = 1000;
export const INFLUX_TAGS_MAX = 64;
export const INFLUX_FIELDS_MAX = 1024;
/** Connections that bring Graphite's lines, a worker; those of one address among them. */
export const LINE_CONNECTIONS_IN_MAX = 2000;
export const LINE_CONNECTIONS_PER_ADDRESS_MAX = 100;
/** Lines in a row that cannot be read, after which a connection is closed: it is something else. */
export const LINE_FAULTS_MAX = 100;
/** A connection that brings nothing, or does not end a line it began, is closed after so long. */
export const LINE_SILENT_MS = 3_600_000;
export const LINE_UNENDED_MS = 60_000;
/** A written body, unpacked; those under way, all and of one sender; refused lines that are quoted. */
export const WRITE_BODY_BYTES_MAX = 16 * 1024 * 1024;
export const WRITE_BYTES_UNDER_WAY_MAX = 128 * 1024 * 1024;
export const WRITE_BYTES_OF_SENDER_MAX = 32 * 1024 * 1024;
export const QUERY_BODY_BYTES_MAX = 64 * 1024;
export const WRITE_FAULTS_TOLD_MAX = 5;
/** Lines of a body that a worker reads before its sockets have their turn: some 5 ms. */
export const WRITE_LINES_AT_ONCE = 2000;
/** Signed and encrypted parts of one collectd datagram, and how deep one may stand in another. */
export const ENVELOPES_PER_DATAGRAM_MAX = 64;
export const ENVELOPE_DEPTH_MAX = 4;
/** collectd's AuthFile: its bytes, users, and lines named in the log. */
export const AUTH_FILE_BYTES_MAX = 4 * 1024 * 1024;
export const AUTH_USERS_MAX = 100_000;
export const AUTH_FAULTS_MAX = 10;
/** What a worker remembers against replays: 8 bytes a slot, at most half of them used. */
export const REPLAY_SLOTS_PER_WORKER_MAX = 8 * 1024 * 1024;
/** Verdicts on hosts of users that a group remembers; time a user's new names may take in a second. */
export const USER_HOSTS_JUDGED_MAX = 100_000;
export const USER_HOSTS_MS_PER_SECOND = 50;
/** Notifications of agents taken in a second, of one group and of a worker's groups together. */
export const AGENT_NOTIFICATIONS_PER_SECOND_MAX = 50;
export const AGENT_NOTIFICATIONS_PER_WORKER_MAX = 200;
/**
 * Of hosts and records that leave, so many records at once: some 0.5 ms. Records looked at for their silence
 * at once, and those drained at once when a group leaves.
 */
export const REMOVALS_PER_TICK = 500;
export const SILENT_LOOKED_PER_TICK = 5000;
export const DRAINED_AT_ONCE = 4000;
/** Time a host has to be written in whose name is to be another's. */
export const DEPART_WITHIN_MS = 10_000;
/** Ring between a socket's handler and the decoder, per worker; one sender has half of it at most. */
export const RING_BYTES = 64 * 1024 * 1024;
/** Datagrams decoded before the pump lets the sockets run again. */
export const PUMP_BATCH = 2048;

/** Names: bytes of one part of an identity (collectd's own bound is 127, gmond's datagram 1464). */
export const NAME_BYTES_MAX = 255;
export const DATA_SOURCES_MAX = 63;
/** statsd: bytes of a line (Datadog's clients cut there), of a bucket with its tags; tags of a bucket. */
export const STATSD_LINE_BYTES_MAX = 8192;
export const STATSD_NAME_BYTES_MAX = 500;
export const STATSD_TAGS_MAX = 64;
/** Buckets of a group, and those of one source among them: others find room whatever one of them sends. */
export const STATSD_BUCKETS_PER_GROUP_MAX = 100_000;
export const STATSD_BUCKETS_PER_SOURCE_MAX = 50_000;
/** Bytes of the spellings by which a worker's buckets are found at once. */
export const STATSD_KEY_BYTES_MAX = 64 * 1024 * 1024;
/** Values of a timer that are kept in an interval, and of all of a group: beyond, a fair sample of them. */
export const STATSD_VALUES_PER_TIMER_MAX = 8192;
export const STATSD_VALUES_PER_GROUP_MAX = 2_000_000;
/** Members of a set that are counted one by one, and of all of a group: beyond, their number is estimated. */
export const STATSD_MEMBERS_PER_SET_MAX = 8192;
export const STATSD_MEMBERS_PER_GROUP_MAX = 500_000;
/** A bucket that heard nothing for so long is forgotten. */
export const STATSD_IDLE_MS = 600_000;
/** Time a worker spends on sending out buckets before datagrams have their turn. */
export const STATSD_SLICE_MS = 20;
/** Extra elements of one gmond metadata message: a datagram of gmond's own size holds fewer. */
export const EXTRAS_PER_METRIC_MAX = 128;
/**
 * Memory of the machine for each series or fact the process may hold, where the configuration does not say
 * how many: one that is reported takes some 2 KB of it in all threads together.
 */
export const MEMORY_BYTES_PER_SERIES = 6144;
/** Senders that are remembered, and those among whom none of anything was taken yet. */
export const SOURCES_PER_WORKER_MAX = 50_000;
export const STRANGERS_PER_WORKER_MAX = 5000;
/** Of one sender: reasons of refusals that are counted apart, hosts that are named. */
export const REASONS_PER_SOURCE_MAX = 32;
export const HOSTS_NAMED_PER_SOURCE_MAX = 5;
/** Addresses that are kept of a host several machines send as. */
export const ADDRESSES_PER_HOST_MAX = 4;
/** Senders in one answer. */
export const SOURCES_PER_ANSWER_MAX = 10_000;
export const HOSTS_PER_WORKER_MAX = 200_000;
export const FACTS_PER_HOST_MAX = 200;
export const FACT_CHARS_MAX = 1500;
export const FACT_CHARS_PER_WORKER_MAX = 64 * 1024 * 1024;
/** Units, title, group of a metric; its description. Three threads hold them. */
export const WORDS_CHARS_MAX = 200;
export const DESCRIPTION_CHARS_MAX = 500;
/** Raw spellings by which a host or record is found at once. */
export const KEYS_PER_ID_MAX = 8;
/** Names and words of metrics that a worker has once for all hosts. */
export const POOLED_STRINGS_MAX = 16_384;
/** An agent that says it sends more seldom than once a day is not believed. */
export const INTERVAL_S_MAX = 86_400;

/** The free share of a disk below which no new files are made on it. */
export const RRD_FREE_SHARE_MIN = 0.02;
/** Files created per second and store; a new one is about 180 kB to write. */
export const CREATES_PER_SECOND = 200;
/** Of them under way at once: updates of other files wait behind these. */
export const CREATES_UNDER_WAY_MAX = 64;
/** Metrics of clusters that are summed for `__SummaryInfo__`, a worker, and sums of each that may wait. */
export const SUMMED_METRICS_MAX = 50_000;
export const SUMS_POINTS_MAX = 40;
/** Commands written to one rrdtool before its answers are awaited. */
export const RRD_COMMANDS_IN_FLIGHT = 512;
/** Commands that wait for their turn at one rrdtool. */
export const RRD_COMMANDS_WAITING_MAX = 100_000;
/** An rrdtool that owes an answer and gives none for so long is killed and started anew. */
export const RRD_ANSWER_WITHIN_MS = 30_000;
/** One answer's text; the longest honest one is a fetch of a whole archive. */
export const RRD_REPLY_CHARS_MAX = 64 * 1024 * 1024;
/** Pause before rrdtool is started again when it dies without having answered anything. */
export const RRD_RESTART_PAUSE_MAX_MS = 10_000;
/** A file on which rrdtool itself ends so often is left alone for so long, then tried once more. */
export const RRD_DEATHS_PER_FILE_MAX = 3;
export const RRD_DEATHS_REST_MS = 600_000;
/** Points in one update command. */
export const RRD_POINTS_PER_COMMAND_MAX = 5000;
/**
 * Files of which path, order of data sources and last second are remembered; forgetting costs one question.
 */
export const RRD_FILES_KNOWN_MAX = 1_000_000;
/** Files whose layout a reader remembers, and for how long. */
export const RRD_LAYOUTS_KNOWN_MAX = 100_000;
export const RRD_LAYOUT_KEPT_MS = 600_000;
/** Data sources one command of a read defines, and numbers its answer has: some 10 ms for others to wait. */
export const RRD_SOURCES_PER_READ_MAX = 64;
export const RRD_NUMBERS_PER_READ_MAX = 20_000;
/** Bytes before the rows of an RRD file that is read without rrdtool: a thousand archives of ten sources. */
export const RRD_HEAD_BYTES_MAX = 1024 * 1024;
/** The store in memory: its records, and the points it keeps of each. */
export const MEMORY_RECORDS_MAX = 100_000;
export const MEMORY_POINTS_PER_RECORD_MAX = 20_000;
/** The journal's memory, per worker: chunks of this size, that the disk has not taken yet. */
export const JOURNAL_CHUNK_BYTES = 1024 * 1024;
export const JOURNAL_MEMORY_BYTES = 64 * 1024 * 1024;
/** A segment of the journal: a 64th of what it may hold, within these. */
export const JOURNAL_SEGMENT_BYTES_MIN = 1024 * 1024;
export const JOURNAL_SEGMENT_BYTES_MAX = 64 * 1024 * 1024;
/** Damaged segments that are kept, per worker; older ones go, which is told. */
export const JOURNAL_DAMAGED_MAX = 16;
/** Characters of one request to a database written by line protocol: some 20 000 lines. */
export const LINE_REQUEST_CHARS_MAX = 2 * 1024 * 1024;
/** Requests one put may need to find the lines that are refused; what is left then is put again. */
export const LINE_REQUESTS_PER_PUT_MAX = 500;
/** The same where no database has answered yet: whatever listens there may refuse everything. */
export const LINE_REQUESTS_UNKNOWN_MAX = 40;
/** A database that has not answered a request by then is down. */
export const LINE_REQUEST_WITHIN_MS = 30_000;
/** Pause after a fault of the database, doubled with each that follows; the longest pause it may ask for. */
export const LINE_PAUSE_MIN_MS = 500;
export const LINE_PAUSE_MAX_MS = 60_000;
export const LINE_PAUSE_ASKED_MAX_MS = 5 * 60_000;
export const LINE_CONNECTIONS_MAX = 8;
/** Of a database's words about a write that are read at all. */
export const LINE_WORDS_BYTES_MAX = 64 * 1024;
/** Of a database's words in the log. */
export const LINE_DETAIL_CHARS_MAX = 300;
/** An answer to a read, and the time for it, shorter than QUERY_TIMEOUT_MS so that it is told why. */
export const LINE_ANSWER_BYTES_MAX = 128 * 1024 * 1024;
export const LINE_READ_WITHIN_MS = 25_000;
/** Up to so many samples a read fetches all and consolidates here; beyond, the database sums up rows. */
export const LINE_SAMPLES_FETCHED = 100_000;
/** Values one read may ask for: samples and sums of rows. */
export const LINE_VALUES_READ_MAX = 3_000_000;
/** Stretches of rows one read fetches the samples of, beside the sums. */
export const LINE_STRETCHES_MAX = 8;
export const TOKEN_FILE_BYTES_MAX = 64 * 1024;
/** Refused lines that are kept, all files of a store together; further ones are counted only. */
export const QUARANTINE_BYTES_MAX = 64 * 1024 * 1024;
/** Records one flush batch holds at most. */
export const FLUSH_RECORDS_MAX = 1000;

export const SERIES_PER_ANSWER_MAX = 1000;
/** Series one answer folds into aggregates, and numbers that go into them: 300 points of each. */
export const AGGREGATE_SERIES_MAX = 20_000;
export const AGGREGATE_VALUES_MAX = 6_000_000;
/** Records of one answer that are read before others get their turn: some 15 ms. */
export const HISTORY_RECORDS_AT_ONCE = 64;
/** Rows read of each series after a store's own fold: 20 minutes of samples, or coarser ones. */
export const FOLD_ROWS_AFTER_MAX = 120;
export const SERIES_POINTS_MAX = 10_000;
/** Answers of history under way, and the reads among them that run. */
export const QUERIES_WAITING_MAX = 64;
export const QUERIES_AT_ONCE = 4;
/** Among these, reads of more records than a list of series can have. */
export const QUERIES_LONG_AT_ONCE = 2;
/** Numbers of all answers under way. */
export const SERIES_VALUES_UNDER_WAY_MAX = 2_000_000;
/** Answers of history kept for others who ask the same and accept their age; each so long at most. */
export const KEPT_ANSWERS_MAX = 64;
export const KEPT_ANSWER_MS = 15_000;
export const KEPT_ANSWER_CHARS_MAX = 200_000;
/**
 * Numbers in one answer of history: with many series, fewer points each. They cost the main thread some 0.1
 * µs each.
 */
export const SERIES_VALUES_MAX = 500_000;
/** Characters of a search, rows of each kind in its answer, and distinct metrics that are looked through. */
export const SEARCH_CHARS_MAX = 200;
export const SEARCH_ROWS_MAX = 100;
export const SEARCH_METRICS_MAX = 200_000;
/** Hosts or services in one answer. */
export const ROWS_PER_ANSWER_MAX = 20_000;
/** A history read that takes longer is given up. */
export const QUERY_TIMEOUT_MS = 30_000;
/** Connections to the page and the API; further ones are closed: the journal needs descriptors, too. */
export const HTTP_CONNECTIONS_MAX = 4000;
/** Time a client has to send its whole request. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** Time a client has for its TLS handshake. */
export const TLS_HANDSHAKE_MS = 10_000;
export const HTTP_BODY_BYTES_MAX = 1024 * 1024;
/** A name of 1000 characters, each up to nine bytes when percent-encoded. */
export const HTTP_PARAM_CHARS_MAX = 9_000;
/** A regular expression over names; names alone between `|`, which need no engine, may be longer. */
export const PATTERN_CHARS_MAX = 1000;
export const PATTERN_NAMES_CHARS_MAX = 4000;
/** `{0,100}` is the greatest counted repeat. */
export const PATTERN_REPEAT_MAX = 100;
/** Instructions of a compiled pattern; each costs up to 10 µs a name of 255 characters. */
export const PATTERN_PROGRAM_MAX = 1000;
/** Time one pattern may take over all names of a selection, on the thread that everyone waits for. */
export const PATTERN_BUDGET_MS = 200;
/** Facts by which a selection chooses its hosts; their patterns share the time of one. */
export const FACTS_PER_SELECTOR_MAX = 8;
/** Distinct names whose match a compiled pattern remembers. */
export const PATTERN_MEMO_MAX = 100_000;

export const FEED_SUBSCRIPTIONS_MAX = 64;
export const FEED_SERIES_MAX = 20_000;
export const FEED_CLIENTS_MAX = 1000;
export const FEED_FRAME_BYTES_MAX = 16 * 1024;
/** Distinct selectors, and the rows of all of them, that one tick looks at. */
export const FEED_SELECTORS_MAX = 2000;
/** A client's first ones are followed beyond that, so that a few clients cannot take them all. */
export const FEED_SELECTORS_OF_RIGHT = 8;
export const FEED_ROWS_MAX = 1_000_000;
/** Notifications of agents that are kept. */
export const AGENT_NOTIFICATIONS_KEPT_MAX = 100_000;
/** Marks that are kept; events in an answer, and rows looked at for them: some 20 ms. */
export const MARKS_MAX = 100_000;
export const EVENTS_PER_ANSWER_MAX = 1000;
export const EVENTS_LOOKED_MAX = 20_000;
/**
 * Hosts and records that have left and are remembered by name; hosts among them in a list or found by a
 * search; records looked at for one read of history (some 30 ms); rows forgotten in one go.
 */
export const RETIRED_HOSTS_MAX = 100_000;
export const GONE_RECORDS_MAX = 1_000_000;
export const RETIRED_HOSTS_LISTED_MAX = 20_000;
export const GONE_LOOKED_MAX = 10_000;
export const PRUNED_AT_ONCE = 2000;
/** Hosts, and records, that have left and are not marked yet: a disk that is full is asked again. */
export const GONE_UNWRITTEN_MAX = 100_000;
/** Periods of loss that are kept; those in an answer, rows looked at for them, and those that are a note. */
export const LOSSES_MAX = 100_000;
export const LOSSES_PER_ANSWER_MAX = 1000;
export const LOSSES_LOOKED_MAX = 20_000;
export const LOSS_NOTES_MAX = 5;
/** Marks one of those who post may post in a minute, and all of those together. */
export const EVENTS_PER_MINUTE_MAX = 60;
export const EVENTS_PER_MINUTE_OF_ALL_MAX = 600;
/** Problems and events in a topic's frame. */
export const FEED_TOPIC_ROWS_MAX = 1000;
/** Client frames in a second, and malformed ones in all, above which a client is closed. */
export const FEED_FRAMES_PER_SECOND_MAX = 100;
export const FEED_FAULTS_MAX = 5;
/** Subscriptions of a client answered at once in a second; further ones wait for the next tick. */
export const FEED_PROMPT_MAX = 8;
/** Time a tick spends on looking again what selectors match; the others' turn is the next tick. */
export const FEED_RESELECT_MS_MAX = 100;
/** Bytes waiting in a client's socket above which it skips frames. */
export const FEED_BACKLOG_BYTES_MAX = 1024 * 1024;

/** Damaged databases that are kept, of each; older ones go, which is told. */
export const DATABASES_SET_ASIDE_MAX = 5;
/** Damaged RRD files set aside in a minute; with more the disk itself may be failing, and the others wait. */
export const RRD_SET_ASIDE_PER_MINUTE = 30;
/** What was set aside is told by name so often; further ones are counted, and named in the log. */
export const SET_ASIDE_NAMED_MAX = 20;
/** Silent hosts whose trees are remembered between two looks at what may go. */
export const SILENT_TREES_MAX = 200_000;
/** Names of groups that are remembered to have been this server's. */
export const GROUPS_EVER_MAX = 10_000;

export const SERVICES_MAX = 1_000_000;
/** Services that results make on one host, by names as they come. */
export const REPORTED_SERVICES_PER_HOST_MAX = 1000;
/** A result from further ahead is refused: its sender's clock is wrong. */
export const RESULT_AHEAD_MS_MAX = 300_000;
/** Dependencies that are followed one behind the other. */
export const DEPENDENCY_DEPTH_MAX = 16;
/** Questions of the main thread that wait for the judge's answer, and how long each does. */
export const JUDGE_QUESTIONS_MAX = 256;
export const JUDGE_ANSWER_WITHIN_MS = 10_000;
/** Characters of results in them: the output, and so many for the rest of each. Four of the largest calls. */
export const JUDGE_RESULT_CHARS_MAX = 48 * 1024 * 1024;
export const RESULT_CHARS = 256;
/** Connections of send_nsca, all and of one address; they end after so long in silence, and in any case. */
export const NSCA_CONNECTIONS_MAX = 1000;
export const NSCA_CONNECTIONS_PER_ADDRESS_MAX = 100;
export const NSCA_SILENT_MS = 30_000;
/** Where all connections are taken, one that was silent for so long gives way. */
export const NSCA_GIVES_WAY_MS = 2000;
export const NSCA_CONNECTION_MS = 600_000;
/** Bytes of a file with a password. */
export const PASSWORD_FILE_BYTES_MAX = 4096;
/** Results the judge has not answered for, above which the runner's doors do not read; of one message. */
export const RESULTS_UNDER_WAY_MAX = 4000;
export const RESULTS_PER_MESSAGE_MAX = 500;
/** Results of checks in one call, and lines of external commands; bytes of its body, unpacked. */
export const RESULTS_PER_CALL_MAX = 10_000;
export const RESULTS_BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Refused results of a call that are told in its answer. */
export const RESULT_FAULTS_TOLD_MAX = 20;
/** Characters of a result's host, and of its service; of its output, the rest of which is cut. */
export const RESULT_NAME_CHARS_MAX = 255;
export const RESULT_OUTPUT_CHARS_MAX = 65_536;
/** Bytes of a line of Nagios' external commands, as long as Nagios itself takes it. */
export const COMMAND_LINE_BYTES_MAX = 8192;
/** Refusals of a door that are told apart by reason and sender; the oldest are put together. */
export const DOOR_REFUSALS_MAX = 200;
/** Fields of a form: NRDP's has three. */
export const FORM_FIELDS_MAX = 64;
/** Elements of an NRDP message inside one another: it needs three. */
export const NRDP_DEPTH_MAX = 8;
export const CHECK_FILES_MAX = 1000;
/** Service definitions of all files; each takes a bit of memory for every host. */
export const CHECK_DEFINITIONS_MAX = 20_000;
/** Characters of all distinct patterns of them that need an engine: 1 to 4 s of compiling. */
export const CHECK_PATTERN_CHARS_MAX = 300_000;
/** Series whose history a check waits for; of one read for them; how long it may take. */
export const PAST_WISHES_MAX = 200_000;
export const PAST_SERIES_AT_ONCE = 256;
export const PAST_ANSWER_WITHIN_MS = 120_000;
/** A read for checks waits so long at most for those that people wait for. */
export const PAST_HELD_BACK_MS = 10_000;
/** Services that the aggregates of one definition make, and members of all aggregates. */
export const AGGREGATE_GROUPS_MAX = 1000;
export const AGGREGATE_MEMBERS_MAX = 1_000_000;
/** Lines of a time period, ranges of times and characters of a line. */
export const PERIOD_LINES_MAX = 1000;
export const PERIOD_RANGES_MAX = 48;
export const PERIOD_LINE_CHARS_MAX = 1000;
/** Unit tests of definitions in a file, values of one series, seconds of one test, lines of history kept. */
export const CHECK_TESTS_MAX = 1000;
export const TEST_VALUES_MAX = 100_000;
export const TEST_SECONDS_MAX = 31 * 86_400;
export const TEST_HISTORY_MAX = 10_000;
export const OUTBOX_PENDING_MAX = 100_000;

/** One file of configuration: bytes, aliases followed, errors reported. */
export const CONFIG_BYTES_MAX = 1024 * 1024;
export const CONFIG_ALIASES_MAX = 1000;
export const CONFIG_ERRORS_MAX = 200;
/** Items of one list in a file of configuration; the groups among them. */
export const CONFIG_ITEMS_MAX = 10_000;
export const GROUPS_MAX = 1000;
/** Dashboards: files, bytes and panels of one, lines of a graph or columns of a table, letters of a text. */
export const DASHBOARD_FILES_MAX = 200;
export const DASHBOARD_BYTES_MAX = 64 * 1024;
export const DASHBOARD_PANELS_MAX = 60;
export const PANEL_SERIES_MAX = 20;
export const PANEL_TEXT_CHARS_MAX = 10_000;
export const PANEL_ROWS_MAX = 1000;
/** Faults of one dashboard's file that are logged when it is saved, and files whose fault is a note. */
export const DASHBOARD_FAULTS_LOGGED_MAX = 10;
export const DASHBOARD_NOTES_MAX = 10;
/** Origins that may frame the page; every answer's header carries them. */
export const FRAME_ORIGINS_MAX = 20;
/** Networks of proxies; every request is compared with them. */
export const TRUSTED_PROXIES_MAX = 20;

/** Reverse lookups under way, datagrams parked for one of them, and names kept. */
export const RESOLVING_MAX = 1000;
export const RESOLVE_PARKED_MAX = 256;
export const RESOLVE_PARKED_BYTES_MAX = 16 * 1024 * 1024;
export const RESOLVE_CACHE_MAX = 100_000;

/** Processors, disks, interfaces or file systems the self monitor reports, of each kind. */
export const SELF_MONITOR_DEVICES_MAX = 256;

/** Users, tokens, signed-in browsers, those of one user, rows of the audit log. */
export const USERS_MAX = 10_000;
export const TOKENS_MAX = 10_000;
export const SESSIONS_MAX = 20_000;
export const SESSIONS_PER_USER_MAX = 50;
export const AUDIT_ROWS_MAX = 1_000_000;
/** Posted marks among them, oldest let go first: a busy program must not push out who changed what. */
export const AUDIT_MARKS_MAX = 500_000;
export const AUDIT_ROWS_PER_ANSWER_MAX = 1000;
/** Characters of one word of an audit entry, and of its detail. */
export const AUDIT_WORD_CHARS_MAX = 200;
export const AUDIT_DETAIL_CHARS_MAX = 2000;
export const USER_NAME_CHARS_MAX = 64;
export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 1000;
/** Passwords hashed at once (each 32 MiB, a quarter of a second of a pool thread), and those that wait. */
export const SIGN_INS_AT_ONCE = 2;
export const SIGN_INS_WAITING_MAX = 16;
/** Entries of each table of failed sign-ins. */
export const THROTTLE_ENTRIES_MAX = 10_000;
/** Refused sign-ins written down in an hour; the others are counted. */
export const REFUSALS_NOTED_PER_HOUR_MAX = 120;

/** The control socket: connections, bytes of a request's line, and time without a request. */
export const CONTROL_CONNECTIONS_MAX = 16;
export const CONTROL_LINE_BYTES_MAX = 16 * 1024;
export const CONTROL_SILENT_MS = 30_000;
/** Characters of an answer's line: a diagnosis is the longest. */
export const CONTROL_ANSWER_CHARS_MAX = 16 * 1024 * 1024;
/** Points are kept from the store for a backup so long at most; what was under way has so long to settle. */
export const HOLD_MS_MAX = 3_600_000;
export const HOLD_SETTLE_MS = 60_000;
/** Series of one explicit flush, flushes that wait for their turn, and time one has. */
export const FLUSH_SERIES_MAX = 200_000;
export const FLUSHES_WAITING_MAX = 16;
export const FLUSH_WITHIN_MS = 30_000;
/** Directories inside one another that a backup follows: collectd's trees have three. */
export const TREE_DEPTH_MAX = 32;

/** A plugin: bytes of its standard output and of its standard error at most, and of the latter kept. */
export const PLUGIN_OUTPUT_BYTES_MAX = 64 * 1024;
export const PLUGIN_ERROR_BYTES_MAX = 1024 * 1024;
export const PLUGIN_ERROR_BYTES_KEPT = 1024;
/** Plugins that wait for their turn. */
export const PLUGINS_WAITING_MAX = 10_000;
/** Items of performance data taken of one result, and characters of one label. */
export const PERFORMANCE_ITEMS_MAX = 256;
export const PERFORMANCE_LABEL_CHARS_MAX = 200;

/** Instances of the roster, those that left included; the ones that left longest ago go first. */
export const INSTANCES_MAX = 100_000;
/** Tags of one instance, and characters of a tag's name and value: what clouds allow. */
export const TAGS_PER_INSTANCE_MAX = 50;
export const TAG_NAME_CHARS_MAX = 128;
export const TAG_VALUE_CHARS_MAX = 256;
/** Characters of all tags: three threads and more have them in memory. */
export const INSTANCE_CHARS_MAX = 64 * 1024 * 1024;
/** Bytes of a registration: 50 tags are 20 KB. */
export const REGISTER_BODY_BYTES_MAX = 64 * 1024;
/** Registrations and departures that wait for the disk; those that one transaction keeps. */
export const REGISTRATIONS_WAITING_MAX = 4000;
export const REGISTRATIONS_AT_ONCE = 256;
/** An instance waits so long at most for its history's new name, and for that of whoever had its name. */
export const HISTORY_MOVE_WITHIN_MS = 10_000;
/** Histories whose names change at once; changes that are remembered, for what the journal has of before. */
export const HISTORY_MOVES_WAITING_MAX = 4000;
export const HISTORY_MOVES_KEPT_MAX = 10_000;
/** When a history's name is tried again; the wait doubles up to the second. */
export const HISTORY_MOVE_AGAIN_MS = 5000;
export const HISTORY_MOVE_AGAIN_MAX_MS = 300_000;
/** Names with a number that are tried for a history whose own is taken. */
export const HISTORY_NAMES_TRIED = 99;
/** Addresses of one instance. */
export const ADDRESSES_PER_INSTANCE_MAX = 16;
/** Names that instances are told to send to. */
export const BOOT_SERVERS_MAX = 2;
/** Lists of instances, and bytes and instances of one. */
export const RECONCILERS_MAX = 32;
export const LIST_BYTES_MAX = 64 * 1024 * 1024;
export const LISTED_INSTANCES_MAX = 100_000;
export const LIST_REDIRECTS_MAX = 5;
/** Time the main thread spends on the items of a list before others have their turn. */
export const LIST_SLICE_MS = 10;
/** A list that is wanted sooner than its interval is read this long after the reading before began. */
export const LIST_HASTE_MS = 5000;
/** Instances that are named of those a held list would retire. */
export const HELD_NAMED_MAX = 20;
/** What instances paste into their user data: clouds take no more. */
export const USER_DATA_BYTES_MAX = 16 * 1024;
/** Findings of one diagnosis, and of one kind in it: so that none hides the others. */
export const FINDINGS_MAX = 1000;
export const FINDINGS_PER_KIND_MAX = 200;
/** Findings of one kind that a group has one by one; more are told in one. */
export const FINDINGS_NAMED_PER_GROUP = 5;
/** Diagnoses that are remembered for a second, each by what was asked. */
export const DIAGNOSES_KEPT_MAX = 64;
