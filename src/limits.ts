/** Every bound of the server, named. What is refused at one of them is counted with a reason. */

/** Bytes of a UDP payload at most (IPv4). */
export const DATAGRAM_BYTES_MAX = 65_507;
/** Receive buffer asked of the kernel per socket. */
export const RECEIVE_BUFFER_BYTES = 16 * 1024 * 1024;
/** Networks in a group's `allow` or `spoof`, users with patterns of hosts, percentiles of statsd's timers. */
export const SENDER_NETWORKS_MAX = 1000;
export const SENDER_USERS_MAX = 10_000;
export const PERCENTILES_MAX = 20;
/** Ring between a socket's handler and the decoder, per worker. */
export const RING_BYTES = 32 * 1024 * 1024;
/** Datagrams decoded before the pump lets the sockets run again. */
export const PUMP_BATCH = 2048;

/** Names: bytes of one part of an identity (collectd's own bound is 127, gmond's datagram 1464). */
export const NAME_BYTES_MAX = 255;
export const DATA_SOURCES_MAX = 63;
/** Extra elements of one gmond metadata message: a datagram of gmond's own size holds fewer. */
export const EXTRAS_PER_METRIC_MAX = 128;
export const RECORDS_PER_WORKER_MAX = 4_000_000;
export const HOSTS_PER_WORKER_MAX = 200_000;
export const FACTS_PER_HOST_MAX = 200;
export const FACT_CHARS_MAX = 1500;
/** Units, title, group of a metric. */
export const WORDS_CHARS_MAX = 200;
/** Raw spellings by which a host or record is found at once. */
export const KEYS_PER_ID_MAX = 8;
/** An agent that says it sends more seldom than once a day is not believed. */
export const INTERVAL_S_MAX = 86_400;

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
/** Marks that are kept; events in an answer, and rows looked at for them: some 20 ms. */
export const MARKS_MAX = 100_000;
export const EVENTS_PER_ANSWER_MAX = 1000;
export const EVENTS_LOOKED_MAX = 20_000;
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
export const CHECK_FILES_MAX = 1000;
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
/** Points are kept from the store for a backup so long at most; what was under way has so long to settle. */
export const HOLD_MS_MAX = 3_600_000;
export const HOLD_SETTLE_MS = 60_000;
/** Series of one explicit flush, flushes that wait for their turn, and time one has. */
export const FLUSH_SERIES_MAX = 200_000;
export const FLUSHES_WAITING_MAX = 16;
export const FLUSH_WITHIN_MS = 30_000;
/** Directories inside one another that a backup follows: collectd's trees have three. */
export const TREE_DEPTH_MAX = 32;
