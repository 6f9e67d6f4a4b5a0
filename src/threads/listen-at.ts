import { StartError } from '../ops/start-error.ts';
import type { ListenAddress } from '../contract/config.ts';

const LISTEN_FAULTS = new Map([
  ['EADDRINUSE', 'is in use'],
  ['EACCES', 'may not be bound by this user'],
  ['EADDRNOTAVAIL', 'is no address of this machine'],
]);

/** Listens, and answers the URL; throws a StartError that says what is in the way. */
export async function listenAt(
  server: { listen(at: { host: string; port: number }): Promise<string> },
  { address, port }: ListenAddress,
): Promise<string> {
  try {
    return await server.listen({ host: address, port });
  } catch (error) {
    const why = LISTEN_FAULTS.get(String((error as NodeJS.ErrnoException).code));
    if (why === undefined) throw error;
    throw new StartError(
      `tcp ${address} port ${port} (http.listen) ${why}`,
      'change http.listen, or what is in its way',
    );
  }
}
