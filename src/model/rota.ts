/** A change of a rota that somebody made while the server runs. */
export interface SavedOverride {
  readonly id: string;
  readonly rota: string;
  readonly who: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly comment: string;
  readonly author: string;
  readonly createdMs: number;
}
