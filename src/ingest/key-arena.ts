const PAGE_SHIFT = 16;
const PAGE_BYTES = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_BYTES - 1;
/** Before a key: its entry (4 bytes) and its length (2), little endian. */
const HEAD_BYTES = 6;
/** In the place of an entry: the key was removed. */
const DEAD = 0xffffffff;

/** A key where it lies, good until keys are added or removed: from `at` on in `page`. */
export interface KeyView {
  page: DataView;
  at: number;
}

export function emptyKeyView(): KeyView {
  return { page: new DataView(new ArrayBuffer(0)), at: 0 };
}

interface Page {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used: number;
  dead: number;
  /** Waits to be filled again. */
  roomy: boolean;
}

/**
 * Bytes of keys, one behind the other in pages that never grow, so that a table of any size is never copied.
 * A page of which more than half was removed is pushed together at once: memory stays below twice what is
 * kept, and a removal costs the moving of at most as many bytes as were removed (60 µs for a page, at times).
 */
export class KeyArena {
  readonly #pages: Page[] = [];
  readonly #roomy: number[] = [];
  readonly #moved: (entry: number, at: number) => void;
  #current = -1;

  /** `moved`: the key of an entry lies elsewhere from now on. */
  constructor(moved: (entry: number, at: number) => void) {
    this.#moved = moved;
  }

  /** Bytes held from the system. */
  get bytes(): number {
    return this.#pages.length * PAGE_BYTES;
  }

  /** Copies a key in, of at most 65 529 bytes; answers where it lies. */
  add(entry: number, key: Uint8Array, length: number): number {
    const size = HEAD_BYTES + length;
    let page = this.#pages[this.#current];
    if (page === undefined || page.used + size > PAGE_BYTES) page = this.#nextPage(size);
    const { bytes, used } = page;
    writeHead(bytes, used, entry, length);
    for (let i = 0; i < length; i += 1) bytes[used + HEAD_BYTES + i] = key[i] as number;
    page.used = used + size;
    return this.#current * PAGE_BYTES + used;
  }

  remove(at: number): void {
    const number = at >>> PAGE_SHIFT;
    const page = this.#pages[number] as Page;
    const from = at & PAGE_MASK;
    const length = lengthAt(page.bytes, from);
    writeHead(page.bytes, from, DEAD, length);
    page.dead += HEAD_BYTES + length;
    if (2 * page.dead <= PAGE_BYTES && page.dead < page.used) return;
    this.#pushTogether(number, page);
    if (number === this.#current || page.roomy) return;
    page.roomy = true;
    this.#roomy.push(number);
  }

  /** Is the key that lies there this one? */
  isSame(at: number, key: Uint8Array, length: number): boolean {
    const { bytes } = this.#pages[at >>> PAGE_SHIFT] as Page;
    const from = at & PAGE_MASK;
    if (lengthAt(bytes, from) !== length) return false;
    const first = from + HEAD_BYTES;
    for (let i = 0; i < length; i += 1) if (bytes[first + i] !== key[i]) return false;
    return true;
  }

  view(at: number, out: KeyView): void {
    out.page = (this.#pages[at >>> PAGE_SHIFT] as Page).view;
    out.at = (at & PAGE_MASK) + HEAD_BYTES;
  }

  #nextPage(size: number): Page {
    const reused = this.#roomy.pop();
    const page = reused === undefined ? undefined : (this.#pages[reused] as Page);
    if (reused !== undefined && page !== undefined) {
      page.roomy = false;
      this.#current = reused;
      if (page.used + size <= PAGE_BYTES) return page;
    }
    const bytes = new Uint8Array(PAGE_BYTES);
    const fresh = { bytes, view: new DataView(bytes.buffer), used: 0, dead: 0, roomy: false };
    this.#current = this.#pages.push(fresh) - 1;
    return fresh;
  }

  #pushTogether(number: number, page: Page): void {
    const { bytes, used } = page;
    let to = 0;
    for (let from = 0; from < used;) {
      const size = HEAD_BYTES + lengthAt(bytes, from);
      const entry = entryAt(bytes, from);
      if (entry !== DEAD) {
        bytes.copyWithin(to, from, from + size);
        this.#moved(entry, number * PAGE_BYTES + to);
        to += size;
      }
      from += size;
    }
    page.used = to;
    page.dead = 0;
  }
}

function writeHead(bytes: Uint8Array, at: number, entry: number, length: number): void {
  bytes[at] = entry & 0xff;
  bytes[at + 1] = (entry >>> 8) & 0xff;
  bytes[at + 2] = (entry >>> 16) & 0xff;
  bytes[at + 3] = entry >>> 24;
  bytes[at + 4] = length & 0xff;
  bytes[at + 5] = length >>> 8;
}

function entryAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return (low | ((bytes[at + 3] as number) << 24)) >>> 0;
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 4] as number) | ((bytes[at + 5] as number) << 8);
}
