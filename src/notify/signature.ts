import { createHmac } from 'node:crypto';

/**
 * The value of `muster-signature`: the moment, and HMAC-SHA-256 over it, a full stop and the body. A
 * receiver that looks at the moment takes no old request a second time.
 */
export function signatureOf(body: string, secret: string, nowMs: number): string {
  const t = Math.floor(nowMs / 1000);
  const digest = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return `t=${t},v1=${digest}`;
}
