/** Every bound of the server, named. What is refused at one of them is counted with a reason. */

/** Bytes of a UDP payload at most (IPv4). */
export const DATAGRAM_BYTES_MAX = 65_507;
/** Receive buffer asked of the kernel per socket. */
export const RECEIVE_BUFFER_BYTES = 16 * 1024 * 1024;
/** Ring between a socket's handler and the decoder, per worker. */
export const RING_BYTES = 32 * 1024 * 1024;
/** Datagrams decoded before the pump lets the sockets run again. */
export const PUMP_BATCH = 2048;

/** Names: bytes of one part of an identity (collectd's own bound is 127, gmond's datagram 1464). */
export const NAME_BYTES_MAX = 255;
export const DATA_SOURCES_MAX = 63;
export const RECORDS_PER_WORKER_MAX = 4_000_000;
export const HOSTS_PER_WORKER_MAX = 200_000;
export const FACTS_PER_HOST_MAX = 200;
export const FACT_CHARS_MAX = 1500;

/** Files created per second and store (a new RRD is ~180 kB to write), and those waiting. */
export const CREATES_PER_SECOND = 200;
export const CREATE_QUEUE_MAX = 100_000;
/** Commands written to one rrdtool before its answers are awaited. */
export const RRD_COMMANDS_IN_FLIGHT = 512;
/** Records one flush batch holds at most. */
export const FLUSH_RECORDS_MAX = 1000;

export const SERIES_PER_ANSWER_MAX = 1000;
export const SERIES_POINTS_MAX = 10_000;
export const QUERIES_WAITING_MAX = 100;

export const FEED_SUBSCRIPTIONS_MAX = 64;
export const FEED_SERIES_MAX = 20_000;
export const FEED_CLIENTS_MAX = 1000;
export const FEED_FRAME_BYTES_MAX = 16 * 1024;
/** Bytes waiting in a client's socket above which it skips frames. */
export const FEED_BACKLOG_BYTES_MAX = 1024 * 1024;

export const SERVICES_MAX = 1_000_000;
export const CHECK_FILES_MAX = 1000;
export const OUTBOX_PENDING_MAX = 100_000;
export const OUTPUT_CHARS_MAX = 4096;
