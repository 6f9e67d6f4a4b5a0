import { Server as TlsServer } from 'node:tls';
import { TLS_HANDSHAKE_MS } from '../limits.ts';
import type { FastifyInstance } from 'fastify';
import type { ServerOptions } from 'node:https';

/** PEM text: the certificate with its chain, and its key. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** RFC 8996: what is older than TLS 1.2 is not to be used. */
const MIN_VERSION = 'TLSv1.2';

export function tlsOptions({ cert, key }: TlsPair): ServerOptions {
  return { cert, key, minVersion: MIN_VERSION, handshakeTimeout: TLS_HANDSHAKE_MS };
}

/** Connections from now on get this certificate; those that are open go on with theirs. */
export function changeCertificate({ server }: FastifyInstance, { cert, key }: TlsPair): void {
  if (server instanceof TlsServer) server.setSecureContext({ cert, key, minVersion: MIN_VERSION });
}
