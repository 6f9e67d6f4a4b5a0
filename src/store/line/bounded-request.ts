import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { LINE_WORDS_BYTES_MAX } from '../../limits.ts';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';

type Request = (options: RequestOptions, answered: (response: IncomingMessage) => void) => ClientRequest;

/**
 * For the client's option `follow-redirects`, its only way to another `request`: a database's words are read up
 * to a bound, and as they come. The client itself keeps all of an answer in JSON, unpacked, however long.
 */
export const boundedRequests = {
  http: { request: bounded(httpRequest) },
  https: { request: bounded(httpsRequest) },
};

function bounded(request: Request): Request {
  return (options, answered) =>
    request(options, (response) => {
      // Nobody has asked for a packed answer.
      delete response.headers['content-encoding'];
      answered(response);
      let bytes = 0;
      response.on('data', (chunk: Uint8Array) => {
        bytes += chunk.length;
        if (bytes <= LINE_WORDS_BYTES_MAX) return;
        // The client hears of this first, and of the broken connection after it.
        response.emit('error', new Error(`its answer is longer than ${LINE_WORDS_BYTES_MAX} bytes`));
        response.destroy();
      });
    });
}
