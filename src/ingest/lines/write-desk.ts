import { nameText } from '../identity.ts';
import { plainAddress } from '../../model/address.ts';
import { writtenBody } from './written-body.ts';
import type { Arrival } from '../arrival.ts';
import type { Books } from '../books.ts';
import type { Gate, GateRefusal } from '../senders/gate.ts';
import type { Group } from '../group.ts';
import type { InfluxIntake } from './influx-intake.ts';
import type { ReverseNames } from '../reverse-names.ts';
import type { WriteOutcome, WriteRequest } from '../../model/write.ts';

export interface WriteDeskOptions {
  readonly groups: readonly Group[];
  readonly books: Books;
  readonly gate: Gate;
  readonly names: ReverseNames;
  readonly influx: InfluxIntake;
}

/** Reads bodies of InfluxDB's line protocol, piece by piece: the sockets have their turn in between. */
export class WriteDesk {
  readonly #o: WriteDeskOptions;

  constructor(options: WriteDeskOptions) {
    this.#o = options;
  }

  /** `turn` lets others have theirs. What was read when the group left in between is kept. */
  async write(request: WriteRequest, turn: () => Promise<void>): Promise<WriteOutcome> {
    const { groups, influx, gate } = this.#o;
    const { bytes, arrivalMs } = request;
    const address = plainAddress(request.address);
    const index = groups.findIndex((g) => g.rules.name === request.group);
    const group = groups[index];
    if (!group || group.gone) return { kind: 'no-group' };
    const refusal = this.#refusal(group, index, request);
    if (refusal) return { kind: refusal };
    const name = await this.#nameOf(group, address);
    const from: Arrival = { buffer: bytes, start: 0, end: bytes.length, address, arrivalMs, name };
    const body = writtenBody(request);
    while (body.at < bytes.length) {
      if (isGone(group)) return { kind: 'no-group' };
      gate.enterAgain(group, index, address, arrivalMs);
      gate.speaks('influx');
      influx.accept(group, index, from, body);
      gate.leave();
      await turn();
    }
    return { kind: 'read', lines: body.lines, refused: body.refused, faults: body.faults };
  }

  /**
   * A body counts as one packet of its sender. Where collectd must sign, line protocol has to bring at least
   * a token.
   */
  #refusal(group: Group, index: number, request: WriteRequest): GateRefusal | 'token-needed' | undefined {
    const { books, gate } = this.#o;
    const { address, arrivalMs, hasToken } = request;
    group.tally.packets.influx += 1;
    const needsToken = group.rules.collectd.securityLevel !== 'None';
    const refusal =
      gate.enter(group, index, address, arrivalMs) ?? (needsToken && !hasToken ? 'token-needed' : undefined);
    if (refusal) books.rejectPacket(group.rules.name, 'influx', refusal);
    gate.leave();
    return refusal;
  }

  /** The sender's name, waited for once, so that lines without a host do not change theirs. */
  async #nameOf(group: Group, address: string): Promise<string> {
    if (group.rules.hostName === 'address') return address;
    const registered = group.members.nameOf(address);
    if (registered !== undefined) return registered;
    const { names } = this.#o;
    const known = names.lookup(address);
    if (known !== undefined) return nameText(known);
    await new Promise<void>((resolve) => {
      if (!names.park(address, { bytes: 0, again: resolve })) resolve();
    });
    return nameText(names.lookup(address) ?? address);
  }
}

/** Asked anew: it may have left while others had their turn. */
function isGone(group: Group): boolean {
  return group.gone !== undefined;
}
