import type { FeedWorld } from './feed-client.ts';

/** The feed's world in a browser: a WebSocket to the server the page came from. */
export const browserWorld: FeedWorld = {
  connect(events) {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(`${scheme}//${location.host}/api/v1/live`);
    socket.addEventListener('open', () => events.opened());
    socket.addEventListener('message', (message) => events.heard(String(message.data)));
    socket.addEventListener('close', ({ code }) => events.closed(code));
    return socket;
  },
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
