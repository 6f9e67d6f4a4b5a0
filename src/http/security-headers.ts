/** What the headers of every answer depend on. */
export interface HeaderOptions {
  /** Origins whose pages may show ours in a frame; none unless given. */
  readonly frameAncestors?: readonly string[];
  /** Set: the server itself speaks TLS. */
  readonly tls?: object | undefined;
}

/**
 * `self` covers the websocket too; Mantine sets styles inline; small fonts and pictures are bundled as data.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "frame-src 'none'",
  "worker-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
] as const;

const YEAR_S = 31_536_000;

/** What every answer carries so that a browser does nothing with it that it is not for. */
export function securityHeaders({
  frameAncestors = [],
  tls,
}: HeaderOptions): Readonly<Record<string, string>> {
  const framed = frameAncestors.length > 0;
  const ancestors = framed ? ["'self'", ...frameAncestors].join(' ') : "'none'";
  return {
    'content-security-policy': [...CONTENT_SECURITY_POLICY, `frame-ancestors ${ancestors}`].join('; '),
    'x-content-type-options': 'nosniff',
    // It knows no list of origins: where there is one, frame-ancestors stands alone.
    ...(framed ? {} : { 'x-frame-options': 'DENY' }),
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    ...(tls === undefined ? {} : { 'strict-transport-security': `max-age=${YEAR_S}` }),
  };
}
