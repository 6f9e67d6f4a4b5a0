import { SaxesParser } from 'saxes';
import { NRDP_DEPTH_MAX, RESULTS_PER_CALL_MAX } from '../../limits.ts';
import { nrdpItem, TOO_MANY } from './message.ts';
import type { NrdpFields, NrdpItem, NrdpMessage } from './message.ts';

const FIELDS: ReadonlySet<string> = new Set(['hostname', 'servicename', 'state', 'output', 'time']);
const RESULT_DEPTH = 2;
const FIELD_DEPTH = 3;

/**
 * Reads `<checkresults><checkresult type="…"><hostname>…`. XML may not bring a document type, and so no
 * entities of its own. Never throws.
 */
export function readNrdpXml(text: string): NrdpMessage {
  const reader = new Reader();
  try {
    reader.read(text);
  } catch (error) {
    return {
      ok: false,
      fault: error instanceof Refused ? error.message : `the XML cannot be read${at(error)}`,
    };
  }
  return { ok: true, items: reader.items };
}

/** What is wrong, for the sender: it ends the parser, which knows no other way. */
class Refused extends Error {}

class Reader {
  readonly items: NrdpItem[] = [];
  /** Of the result in hand. */
  #fields: NrdpFields = {};
  #depth = 0;
  #text = '';
  /** The field in hand; empty: none is. */
  #field = '';

  read(text: string): void {
    const parser = new SaxesParser();
    parser.on('doctype', () => {
      throw new Refused('the XML has a document type, which is not taken');
    });
    parser.on('opentag', ({ name, attributes }) => this.#open(name.toLowerCase(), attributes));
    parser.on('closetag', () => this.#close());
    parser.on('text', (part) => this.#add(part));
    parser.on('cdata', (part) => this.#add(part));
    parser.write(text).close();
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#depth += 1;
    if (this.#depth > NRDP_DEPTH_MAX) throw new Refused('the XML has elements too deep inside one another');
    if (this.#depth === 1 && name !== 'checkresults') throw new Refused('the XML has no checkresults');
    if (this.#depth === RESULT_DEPTH) {
      if (this.items.length === RESULTS_PER_CALL_MAX) throw new Refused(TOO_MANY);
      const type = Object.hasOwn(attributes, 'type') ? attributes['type'] : undefined;
      this.#fields = { type };
    }
    if (this.#depth === FIELD_DEPTH) {
      this.#field = FIELDS.has(name) ? name : '';
      this.#text = '';
    }
  }

  #add(part: string): void {
    if (this.#depth === FIELD_DEPTH && this.#field !== '') this.#text += part;
  }

  #close(): void {
    if (this.#depth === FIELD_DEPTH && this.#field !== '') {
      this.#fields[this.#field as keyof NrdpFields] = this.#text.trim();
      this.#field = '';
    }
    if (this.#depth === RESULT_DEPTH) this.items.push(nrdpItem(this.#fields));
    this.#depth -= 1;
  }
}

/** Where the parser stopped; what it quotes of the text is left out. */
function at(error: unknown): string {
  const [place] = /^\d+:\d+/u.exec(error instanceof Error ? error.message : '') ?? [];
  return place === undefined ? '' : `, at ${place}`;
}
