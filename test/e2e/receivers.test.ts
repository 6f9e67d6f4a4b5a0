import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from './server.ts';
import { hasMailServer, MailServer } from './smtp.ts';
import type { Mail } from './smtp.ts';

const isThere = hasMailServer();

/** The kinds and services of the pages that a program has been given, a line of JSON each. */
function toldIn(file: string): string[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const { kind, title } = JSON.parse(line) as { kind: string; title: string };
    return `${kind} ${title}`;
  });
}

describe.skipIf(!isThere)(
  `receivers of a whole server (${isThere ? 'by aiosmtpd' : 'python3-aiosmtpd is not installed'})`,
  () => {
    test('one incident goes out by mail, with its graph, and to a program; so does its end', async () => {
      using place = scratch();
      await using smtp = await MailServer.start(place.dir);
      const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
      const told = join(place.dir, 'told');
      writeFileSync(
        join(place.dir, 'checks.yaml'),
        `services:
  - { name: load, metric: "influx/load:one", warning: "4", critical: "8", max_check_attempts: 1, notes: Look. }
`,
      );
      const file = configure(
        place.dir,
        `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
store: { type: memory }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp}, timestamps: { past: 1h } }]
checks: [checks.yaml]
alerts:
  smtp: { host: localhost, port: ${smtp.ports.plain}, tls: off, from: muster@example.net }
  receivers:
    - name: ops
      email: { to: ops@example.net }
      exec: { command: [/bin/sh, -c, 'cat >>"$0"', "${told}"] }
  routes: [{ receiver: ops, group_wait: 1s, group_interval: 1s }]
`,
      );
      await using server = await Server.start(file, http);
      const nowS = Math.floor(Date.now() / 1000);
      const write = async (lines: readonly string[]) => {
        const body = lines.join('\n');
        const { status } = await fetch(`${server.url}/write?db=web&precision=s`, { method: 'POST', body });
        expect(status).toBe(204);
      };
      const past = Array.from({ length: 121 }, (_, i) => nowS - 1200 + i * 10);
      await write(
        past.flatMap((atS, i) => [1, 2, 3].map((n) => `load,host=web-${n} one=${2 + i / 10} ${atS}`)),
      );

      const problem = await smtp.mail();
      expect(headerOf(problem, 'Subject')).toBe('[CRITICAL] 3 hosts in web: load');
      writeFileSync(join(place.dir, 'mail'), Buffer.from(problem.data, 'latin1'));
      const png = execFileSync('/usr/bin/python3', ['-c', PICTURE_OF, join(place.dir, 'mail')]);
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      await until('the program is told', () => Promise.resolve(toldIn(told)[0]));

      await write([1, 2, 3].map((n) => `load,host=web-${n} one=1 ${nowS + 10}`));
      const recovery = await smtp.mail();
      expect(headerOf(recovery, 'Subject')).toBe('[OK] 3 hosts in web: load');
      expect(headerOf(recovery, 'In-Reply-To')).toBe(headerOf(problem, 'In-Reply-To'));
      await until('the program is told of the end', () => Promise.resolve(toldIn(told)[1]));
      expect(toldIn(told)).toEqual([
        'problem 3 hosts in web: load is CRITICAL',
        expect.stringMatching(/^recovery /u),
      ]);
    });
  },
);

function headerOf({ data }: Mail, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)\\r$`, 'mu').exec(data)?.[1];
}

const PICTURE_OF = `
import email, email.policy, sys
mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
parts = [part for part in mail.walk() if part.get_content_type() == 'image/png']
sys.stdout.buffer.write(parts[0].get_content() if parts else b'none')`;
