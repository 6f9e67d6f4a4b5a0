import { expect, test } from 'vitest';
import { securityHeaders } from '../../src/http/security-headers.ts';

test('nobody may frame the page', () => {
  const headers = securityHeaders({});
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['x-frame-options']).toBe('DENY');
  expect(headers['strict-transport-security']).toBeUndefined();
});

test('but those it is allowed to', () => {
  const headers = securityHeaders({ frameAncestors: ['https://wiki.example.net'], tls: {} });
  expect(headers['content-security-policy']).toContain("frame-ancestors 'self' https://wiki.example.net");
  expect(headers['x-frame-options']).toBeUndefined();
  expect(headers['strict-transport-security']).toBe('max-age=31536000');
});

test('no inline script and no evaluated text runs', () => {
  const policy = String(securityHeaders({})['content-security-policy']);
  expect(policy).not.toContain('unsafe-eval');
  expect(policy.replace("style-src 'self' 'unsafe-inline'", '')).not.toContain('unsafe-inline');
});
