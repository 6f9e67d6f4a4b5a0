import { RESULTS_PER_CALL_MAX } from '../../limits.ts';
import { nrdpItem, TOO_MANY } from './message.ts';
import type { NrdpItem, NrdpMessage } from './message.ts';

/** Reads `{"checkresults":[{"checkresult":{"type":…},"hostname":…,"state":…,"output":…}]}`. Never throws. */
export function readNrdpJson(text: string): NrdpMessage {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { ok: false, fault: 'the JSON cannot be read' };
  }
  const results = field(message, 'checkresults');
  if (!Array.isArray(results)) return { ok: false, fault: 'the JSON has no list of checkresults' };
  if (results.length > RESULTS_PER_CALL_MAX) return { ok: false, fault: TOO_MANY };
  return { ok: true, items: results.map(itemOf) };
}

function itemOf(result: unknown): NrdpItem {
  const said = field(result, 'checkresult');
  return nrdpItem({
    type: wordOf(field(said, 'type')),
    hostname: wordOf(field(result, 'hostname')),
    servicename: wordOf(field(result, 'servicename')),
    state: wordOf(field(result, 'state')),
    output: wordOf(field(result, 'output')),
    time: wordOf(field(result, 'time') ?? field(said, 'time')),
  });
}

/** A property of its own: a message may name any. */
function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

function wordOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}
