import { ACCESS_MIGRATIONS } from './access-rows.ts';
import { CATALOGUE_MIGRATIONS } from './catalogue-repository.ts';
import { EVENT_MIGRATIONS } from './event-repository.ts';
import { FLEET_MIGRATIONS } from './fleet-repository.ts';
import { JUDGE_MIGRATIONS } from './judge-schema.ts';

/** The newest schema this Muster knows of each state database, by the file's name in data_dir. */
export const SCHEMAS: ReadonlyMap<string, number> = new Map([
  ['access.db', ACCESS_MIGRATIONS.length],
  ['catalogue.db', CATALOGUE_MIGRATIONS.length],
  ['events.db', EVENT_MIGRATIONS.length],
  ['fleet.db', FLEET_MIGRATIONS.length],
  ['judge.db', JUDGE_MIGRATIONS.length],
]);
