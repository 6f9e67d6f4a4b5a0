/** A host's directory of the store's own layout, of a host that has not been heard lately. */
export interface SilentTree {
  readonly path: string;
  /** As the directories are named, that is encoded. */
  readonly cluster: string;
  readonly host: string;
  /** When it was last heard or one of its files last written, epoch ms. */
  readonly heardMs: number;
  readonly bytes: number;
}

export interface Removal {
  readonly tree: SilentTree;
  /** `no-room`: only while the disk is short of room. */
  readonly why: 'retired' | 'no-room';
}

export interface RemovalRule {
  /** Silent since before then, a tree has outlived `retention.retired`. */
  readonly retiredBeforeMs: number;
  /** The disk has less free room than `retention.min_free_disk`. */
  readonly short: boolean;
  /** Silent since before then, a host of that cluster counts as gone where room is short. */
  readonly goneBeforeMs: (cluster: string) => number;
}

/** The trees that may go and why, the longest silent first. */
export function removalsOf(trees: Iterable<SilentTree>, rule: RemovalRule): Removal[] {
  const removals: Removal[] = [];
  for (const tree of trees) {
    if (tree.heardMs < rule.retiredBeforeMs) removals.push({ tree, why: 'retired' });
    else if (rule.short && tree.heardMs < rule.goneBeforeMs(tree.cluster)) {
      removals.push({ tree, why: 'no-room' });
    }
  }
  return removals.toSorted((a, b) => a.tree.heardMs - b.tree.heardMs);
}

/** Room regained beyond the watermark before trees stay again, so that it is not met at every minute. */
const REGAIN = 1.1;

/** Whether trees go for want of room: from the watermark on, until a tenth more than it is free. */
export function isShort(was: boolean, free: { readonly share: number; readonly minimum: number }): boolean {
  return free.share < (was ? free.minimum * REGAIN : free.minimum);
}
