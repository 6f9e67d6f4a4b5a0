const WORDS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there'],
  ['ECONNRESET', 'the connection was broken off'],
  ['EPIPE', 'the connection was broken off'],
  ['ETIMEDOUT', 'no answer in time'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to its network'],
  ['ENOTFOUND', 'its name is not known'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by itself'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate comes from an authority that is not trusted here'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate comes from an authority that is not trusted here'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate comes from an authority that is not trusted here'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['EPROTO', 'it does not speak TLS there'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS there'],
  ['ERR_INVALID_CHAR', 'a header holds a character that none may have'],
]);

/** Why there was no connection or no answer, in words. Messages of Node name addresses: they are not told. */
export function connectFault(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error ? error.name : 'failed';
  return codeWords(code);
}

/** A system's or TLS' own code, and what it means. */
export function codeWords(code: string): string {
  const words = WORDS.get(code);
  return words === undefined ? code : `${words} (${code})`;
}

/** Of several addresses that were tried, the first one's. */
function codeOf(error: unknown): string | undefined {
  const one = error instanceof AggregateError ? ((error.errors as unknown[])[0] ?? error) : error;
  if (!(one instanceof Error) || !('code' in one)) return undefined;
  return typeof one.code === 'string' ? one.code : undefined;
}
