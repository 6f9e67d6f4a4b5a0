import { expect, test } from 'vitest';
import { harness } from '../ingest/harness.ts';
import { CatalogueKeeper } from '../../src/threads/catalogue-keeper.ts';
import { encodeValue } from '../../src/wire/gmond/encode.ts';
import type { CatalogueRepository } from '../../src/state/catalogue-repository.ts';

/** A repository that remembers what it was given, and can be full. */
function stand() {
  const h = harness();
  const saved = { hosts: [] as string[], records: [] as string[], samples: [] as string[] };
  let full = false;
  const write = (into: string[], names: readonly string[]) => {
    if (full) throw new Error('database or disk is full');
    into.push(...names);
  };
  const repository: Pick<CatalogueRepository, 'saveHosts' | 'saveRecords' | 'saveSamples'> = {
    saveHosts: (hosts) =>
      write(
        saved.hosts,
        hosts.map((host) => host.name),
      ),
    saveRecords: (records) =>
      write(
        saved.records,
        records.map((record) => record.metric),
      ),
    saveSamples: (records) =>
      write(
        saved.samples,
        records.map((record) => record.description.metric),
      ),
  };
  const faults: (string | undefined)[] = [];
  const keeper = new CatalogueKeeper(h.catalogue, repository, (fault) => faults.push(fault));
  const send = (name: string) => {
    const datagram = encodeValue({ host: 'web-01', name, spoof: false }, { type: 'double', value: 1 });
    const entry = {
      start: 0,
      end: datagram.length,
      listener: h.index,
      address: 'a',
      arrivalMs: h.clock.nowMs,
    };
    h.engine.accept(datagram, entry);
    const batch = { worker: 0, announcements: h.engine.takeAnnouncements(Infinity) };
    h.catalogue.apply(batch);
    keeper.note(batch);
  };
  return { h, saved, faults, keeper, send, setFull: (is: boolean) => (full = is) };
}

test('what was announced is written once', async () => {
  const { keeper, send, saved } = stand();
  send('a');
  await keeper.keepNoted();
  await keeper.keepNoted();
  expect(saved).toMatchObject({ hosts: ['web-01'], records: ['a'] });
});

test('a full disk is told, ends nothing, and what was noted is written when there is room again', async () => {
  const { keeper, send, saved, faults, setFull } = stand();
  send('a');
  setFull(true);
  await keeper.keepNoted();
  await keeper.keepValues();
  expect(faults).toEqual(['database or disk is full', 'database or disk is full']);
  setFull(false);
  await keeper.keepNoted();
  expect(saved).toMatchObject({ hosts: ['web-01'], records: ['a'] });
  expect(faults.at(-1)).toBeUndefined();
});

test('values without a newer sample are not written again', async () => {
  const { h, keeper, send, saved } = stand();
  send('a');
  send('b');
  await keeper.keepValues();
  h.clock.nowMs += 1000;
  send('b');
  await keeper.keepValues();
  expect(saved.samples).toEqual(['a', 'b', 'b']);
});
