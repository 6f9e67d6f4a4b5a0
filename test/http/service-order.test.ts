import { expect, test } from 'vitest';
import { sortServices } from '../../src/http/service-order.ts';
import { serviceView } from './stand.ts';

test('the worst first, hard before soft, the newest before the older, names as people count', () => {
  const sorted = [
    serviceView({ host: 'a', state: 'DOWN', service: 'host' }),
    serviceView({ host: 'b', state: 'CRITICAL', since_ms: 9 }),
    serviceView({ host: 'c', state: 'CRITICAL', since_ms: 5 }),
    serviceView({ host: 'd', state: 'CRITICAL', state_type: 'SOFT', since_ms: 10 }),
    serviceView({ host: 'e', state: 'UNKNOWN' }),
    serviceView({ host: 'f', state: 'WARNING' }),
    serviceView({ host: 'web-2' }),
    serviceView({ host: 'web-10' }),
    serviceView({ host: 'web-10', service: 'swap' }),
  ];
  expect(sortServices(sorted.toReversed())).toEqual(sorted);
});
