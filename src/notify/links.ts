import { isOwn } from '../model/own-service.ts';
import type { Page, ServiceKey } from '../model/service-state.ts';

/** Where a page's links lead; '' where there is none. */
export interface PageLinks {
  /** Muster's own page about it. */
  page(page: Page): string;
  service(key: ServiceKey): string;
  /** Acknowledges without signing in: the link is the credential. */
  acknowledge(page: Page): string;
}

/** `acknowledge` signs one; without it there are none. */
export function linksTo(publicUrl: string, acknowledge: (page: Page) => string = () => ''): PageLinks {
  const base = publicUrl.replace(/\/+$/u, '');
  const service = (key: ServiceKey) => base + pathOf(key);
  return {
    service,
    page: (page) => (page.count > 1 ? base + pathOfMany(page) : service(page)),
    acknowledge: (page) => (isOpen(page) ? acknowledge(page) : ''),
  };
}

/**
 * Of a host's own state that of the host; of the server itself what was told; of nothing in particular all
 * problems.
 */
function pathOf(key: ServiceKey): string {
  if (isOwn(key)) return '/notifications';
  const { cluster, host, service } = key;
  const [c, h, s] = [cluster, host, service].map(encodeURIComponent);
  if (service === '') return '/problems';
  if (service === 'host') return host === '' ? '/problems' : `/hosts/${c}/${h}`;
  return `/service?cluster=${c}&host=${h}&service=${s}`;
}

/** All problems, with the incident opened. */
function pathOfMany({ incident }: Page): string {
  return incident === '' ? '/problems' : `/problems?sel=${encodeURIComponent(incident)}`;
}

/** There is something to be acknowledged. */
function isOpen({ kind, open }: Page): boolean {
  return kind === 'problem' || kind === 'reminder' || (kind === 'recovery' && open > 0);
}
