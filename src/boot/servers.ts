/** An address as agents take it: IPv6 without brackets. A name is what it is. */
export function bareServer(server: string): string {
  return server.replace(/^\[(.*)\]$/u, '$1');
}

/** The public address once for each server, with that server's name in place of its host. */
export function registerUrls(publicUrl: string, servers: readonly string[]): string[] {
  return servers.map((server) => {
    const url = new URL(publicUrl);
    url.hostname = server.includes(':') ? `[${bareServer(server)}]` : server;
    return `${url.origin}${url.pathname.replace(/\/+$/u, '')}`;
  });
}

/** Whether a server of this name, or at this address, is the machine itself that asks for it. */
export function isLoopbackName(server: string): boolean {
  const bare = bareServer(server.toLowerCase()).replace(/^::ffff:/u, '');
  return bare === 'localhost' || bare === '::1' || /^127\.\d+\.\d+\.\d+$/u.test(bare);
}
