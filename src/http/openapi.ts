import { ErrorBody } from '../contract/api.ts';
import { NO_QUERY } from './route.ts';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';

/** One call, as OpenAPI 3.1 has it (spec.openapis.org/oas/v3.1.0, Operation Object). */
interface Operation {
  readonly method: string;
  /** `/api/v1/hosts/{cluster}/{host}` */
  readonly path: string;
  readonly schema: FastifySchema;
}

type Json = Record<string, unknown>;

/**
 * Notes every route registered after it, and serves them at `/api/openapi.json`: the schemas that validate
 * are the document.
 */
export function openApiRoute(app: FastifyInstance, version: string): void {
  const operations: Operation[] = [];
  app.addHook('onRoute', (route) => {
    operations.push(...operationsOf(route));
  });
  app.get('/api/openapi.json', { schema: { querystring: NO_QUERY } }, () => describeApi(operations, version));
}

function operationsOf(route: RouteOptions): Operation[] {
  const { schema, url } = route;
  if (!schema || 'hide' in schema) return [];
  const path = url.replaceAll(/:(\w+)/gu, '{$1}');
  return [route.method]
    .flat()
    .filter((method) => method !== 'HEAD')
    .map((method) => ({ method: method.toLowerCase(), path, schema }));
}

/** The document; paths in the order of their registration. */
export function describeApi(operations: readonly Operation[], version: string): Json {
  const paths = new Map<string, Json>();
  for (const { method, path, schema } of operations) {
    paths.set(path, { ...paths.get(path), [method]: describeOperation(schema) });
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Muster', version },
    paths: Object.fromEntries(paths),
  };
}

function describeOperation(schema: FastifySchema): Json {
  const parameters = [...parametersOf(schema.params, 'path'), ...parametersOf(schema.querystring, 'query')];
  const body = schema.body === undefined ? {} : { requestBody: { required: true, ...content(schema.body) } };
  return { parameters, ...body, responses: responsesOf(schema.response) };
}

function parametersOf(schema: unknown, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = objectSchema(schema);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function objectSchema(schema: unknown): { properties?: Json; required?: readonly string[] } {
  return typeof schema === 'object' && schema !== null ? schema : {};
}

function responsesOf(response: unknown): Json {
  const known = objectSchema({ properties: response ?? { 200: {}, default: ErrorBody } }).properties ?? {};
  return Object.fromEntries(
    Object.entries(known).map(([status, schema]) => [
      status,
      { description: status.startsWith('2') ? 'The answer' : 'An error', ...content(schema) },
    ]),
  );
}

/** A bare string is a text; everything else is JSON. */
function content(schema: unknown): Json {
  const isText =
    typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'string';
  return { content: { [isText ? 'text/plain' : 'application/json']: { schema } } };
}
