import { LINK_LIFETIME_MS, signLink } from '../access/page-link.ts';
import type { LinkAbout } from '../access/page-link.ts';
import type { Page } from '../model/service-state.ts';

/**
 * Signs the links by which a page is acknowledged: the same one in every attempt to deliver it. '' where a
 * page is about nothing that could be.
 */
export function acknowledgeLinks(publicUrl: string, secret: Uint8Array): (page: Page) => string {
  const base = publicUrl.replace(/\/+$/u, '');
  return (page) => {
    const about = aboutOf(page);
    if (about === null) return '';
    const link = { about, target: page.receiver, expiresMs: page.createdMs + LINK_LIFETIME_MS };
    return `${base}/ack/${signLink(link, secret)}`;
  };
}

function aboutOf({ incident, count, cluster, host, service }: Page): LinkAbout | null {
  if (incident !== '') return { kind: 'incident', id: incident };
  return service === '' || count > 1 ? null : { kind: 'service', service: { cluster, host, service } };
}
