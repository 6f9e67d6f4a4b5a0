/** A picture of one metric's past for a page. */
export interface GraphRequest {
  readonly cluster: string;
  readonly host: string;
  readonly metric: string;
  /** Epoch seconds, fromS < toS. */
  readonly fromS: number;
  readonly toS: number;
  /** Ranges as definitions write them; those that are no single number make no line. */
  readonly warning: string;
  readonly critical: string;
  readonly title: string;
}

/** Draws graphs. */
export interface Graphs {
  /** A PNG; null: there is none, or none in time. Never rejects. */
  draw(request: GraphRequest, signal: AbortSignal): Promise<Uint8Array | null>;
}

/** Where none are drawn. */
export const NO_GRAPHS: Graphs = { draw: () => Promise.resolve(null) };
