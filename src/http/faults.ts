import { nearest } from '../model/nearest.ts';
import { HttpError } from './errors.ts';
import type { Socket } from 'node:net';
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpErrorCode } from './errors.ts';
import type { HttpLog } from './ports.ts';

/** Fastify's own codes that a client can cause (fastify.dev/docs/latest/Reference/Errors). */
const FASTIFY_CODES = new Map<string, HttpErrorCode>([
  ['FST_ERR_BAD_URL', 'bad_request'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'name_too_long'],
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'too_large'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'json_needed'],
  ['FST_ERR_CTP_INVALID_JSON_BODY', 'bad_body'],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', 'bad_body'],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'bad_body'],
]);

/**
 * Every error leaves as `{ code, message, cure }`; what is our fault is logged and tells the client nothing
 * of our insides.
 */
export function answerFaults(app: FastifyInstance, log: HttpLog): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    sendError(reply, asHttpError(error, request, log));
  });
}

/** Sends an error's body with its status. */
export function sendError(reply: FastifyReply, error: HttpError): void {
  void reply.code(error.status).type('application/json; charset=utf-8').send(JSON.stringify(error.body));
}

/** Codes of Node's HTTP parser and server (nodejs.org/api/http.html, `clientError`). */
const UNREADABLE = new Map<string, readonly [status: string, message: string]>([
  [
    'HPE_HEADER_OVERFLOW',
    ['431 Request Header Fields Too Large', 'the headers of the request are too large'],
  ],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['408 Request Timeout', 'the request did not come in time']],
]);

/** What is no HTTP, or comes too slowly, meets no route and no hook: it is answered on the socket itself. */
export function endUnreadable(fault: ConnectionError, socket: Socket): void {
  if (fault.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = UNREADABLE.get(fault.code) ?? ['400 Bad Request', 'the request cannot be read'];
  const text = JSON.stringify(new HttpError('bad_request', message).body);
  const head = [`HTTP/1.1 ${status}`, 'Connection: close', 'Content-Type: application/json; charset=utf-8'];
  const nosniff = 'X-Content-Type-Options: nosniff';
  socket.write([...head, nosniff, `Content-Length: ${Buffer.byteLength(text)}`, '', text].join('\r\n'));
  // Whoever does not close their end keeps no connection.
  socket.destroySoon();
}

/** The error as a client may see it. An unforeseen one is logged. */
export function asHttpError(error: FastifyError, request: FastifyRequest, log: HttpLog): HttpError {
  if (error instanceof HttpError) return error;
  if (error.validation) return validationError(error, request);
  const known = FASTIFY_CODES.get(error.code);
  if (known) return new HttpError(known, error.message);
  const status = error.statusCode ?? 500;
  // Paths that lead out of the page's files, or cannot be those of one, are refused with a status of their
  // own.
  if (status >= 400 && status < 500 && (request.method === 'GET' || request.method === 'HEAD')) {
    return new HttpError('not_found', 'there is nothing at this path');
  }
  // Body parsers report what they cannot read as a plain error with a status.
  if (status >= 400 && status < 500) return new HttpError('bad_body', error.message);
  log.error({ err: error, method: request.method, url: request.url }, 'a request failed');
  return new HttpError('internal', 'the server could not answer, by a fault of its own');
}

function validationError(error: FastifyError, request: FastifyRequest): HttpError {
  const [first] = error.validation ?? [];
  const keys = keysOf(request, error.validationContext, first?.instancePath ?? '');
  const where = error.validationContext === 'body' ? 'body' : 'query';
  const code = where === 'body' ? 'bad_body' : 'bad_query';
  const list = keys.length > 0 ? `the keys are ${keys.join(', ')}` : `this call takes no ${where} keys`;
  const unknown = first?.params['additionalProperty'];
  if (typeof unknown === 'string') {
    const close = nearest(unknown, keys);
    const cure = close === undefined ? list : `did you mean ${close}? ${list}`;
    return new HttpError(code, `unknown ${where} key "${shorten(unknown)}"`, cure);
  }
  const key = first?.instancePath.slice(1) ?? '';
  const what = first ? demandOf(first) : 'is wrong';
  return new HttpError(
    code,
    key === '' ? `${where} ${what}` : `${where} key "${shorten(key)}" ${what}`,
    list,
  );
}

/** What a value has to be, in words that complete "the key …". */
function demandOf({ keyword, params, message }: FastifySchemaValidationError): string {
  const allowed = params['allowedValues'];
  if (Array.isArray(allowed)) return `must be one of ${allowed.join(', ')}`;
  if (keyword === 'minLength' && params['limit'] === 1) return 'must not be empty';
  return message ?? 'is wrong';
}

/**
 * The keys the route's schema knows in the part of the request that was refused: of an object within it where
 * the path leads to one, such as `/covers`, else of all of it.
 */
function keysOf(request: FastifyRequest, context: string | undefined, path: string): string[] {
  const schema = request.routeOptions.schema;
  const part: unknown = context === 'body' ? schema?.body : schema?.querystring;
  const within = path.split('/').slice(1).reduce<unknown>(memberOf, part);
  return namesOf(within) ?? namesOf(part) ?? [];
}

function memberOf(schema: unknown, name: string): unknown {
  if (typeof schema !== 'object' || schema === null) return undefined;
  if ('items' in schema && /^\d+$/.test(name)) return schema.items;
  if (!('properties' in schema)) return undefined;
  return new Map(Object.entries(schema.properties as object)).get(name);
}

function namesOf(schema: unknown): string[] | undefined {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return undefined;
  return Object.keys(schema.properties as object);
}

const SHOWN_CHARS_MAX = 100;

function shorten(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}
