/** Who may page when several servers watch the same fleet. */
export interface Lease {
  mayPage(): boolean;
}

/** One server: it always may. */
export const localLease: Lease = { mayPage: () => true };
