/** A UDP socket that a group's datagrams come in by, as it was bound. */
export interface GroupSocket {
  readonly group: string;
  readonly address: string;
  readonly port: number;
}

/** What an ingest worker says of its way in, once a second. Totals grow from its start. */
export interface Intake {
  readonly worker: number;
  readonly sockets: readonly GroupSocket[];
  readonly groups: readonly {
    readonly name: string;
    /** Datagrams the kernel handed over, those the worker had no room for included. */
    readonly packets: number;
    /** Those it had no room for. */
    readonly ringFull: number;
  }[];
}
