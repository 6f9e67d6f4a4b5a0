import { vector, vectorNames } from '../wire/vector-files.ts';
import { killers } from './killers.ts';

const TEXTS = [
  'load.events:3|c\n',
  'a.b:1.5|ms|@0.1|#host:web-1,zone:a\nc:+4|g\nd:abc|s',
  'page.views:1:2:32|d|@0.5|#env:prod|c:ci-1|T1656581400',
  'cpu,host=web-1,core=0:12|h',
  'servers.web-1.load.short 1.25 1800000000\n',
  'disk.used;host=web-1;mount=root 12 1800000000\r\na.b.c 2 -1\n',
  'cpu,host=web-1,cpu=cpu0 usage_idle=98.2,usage_user=1i,up=t,os="Linux \\"6\\"" 1800000000000000000\n',
  'mem,host=web-1 free=1u\n# comment\n\nnet\\ io,host=a\\,b rx=1i,tx=2i 1800000000\n',
  '# users\nada: secret \nbob:x\n',
  "DISK OK - 12% used | /=12%;80;90;0;100 'a b'=1.5s;;@1:2\nmore\nlines | c=3c",
  '[1795000000] PROCESS_SERVICE_CHECK_RESULT;web-1;disk /;2;CRITICAL - full | a=1\n',
  '[1795000000] PROCESS_HOST_CHECK_RESULT;web-1;1;down\n',
  '{"checkresults":[{"checkresult":{"type":"service"},"hostname":"h","servicename":"s","state":"1","output":"W"}]}',
  "<?xml version='1.0'?><checkresults><checkresult type='host'><hostname>h</hostname><state>0</state><output>O</output></checkresult></checkresults>",
  'monday - friday 09:00-17:00,18:00-19:00\n2026-01-05 / 14 00:00-24:00\nexclude p',
  'thursday 4 november - friday -1 may 00:00-24:00\nday 15 - -1 / 3 06:00-07:00\ndecember 25 00:00-00:00',
  '-w {{host.facts.cpu_num * 2}} -c {{metric.1}} {{host.facts.rack | none}} {{cluster}}',
  '@-1.5:~:10',
  '1 9x6 _ 0+10x5 nan',
  'load shortterm:GAUGE:0:5000, midterm:GAUGE:0:5000\nif_octets rx:DERIVE:0:U, tx:DERIVE:0:U\n',
];

/** What is mutated: what real agents sent, what was crafted to be odd, and what has felled a receiver. */
export function fuzzSeeds(): Uint8Array[] {
  const captured = ['collectd', 'collectd/crafted', 'ganglia'].flatMap((folder) =>
    vectorNames(folder, /\.bin$/u).map((file) => vector(`${folder}/${file}`)),
  );
  const packets = vectorNames('nagios/nsca', /\.bin$/u).map((file) => vector(`nagios/nsca/${file}`));
  const texts = TEXTS.map((text) => new Uint8Array(Buffer.from(text)));
  return [...captured, ...packets, ...texts, ...killers().map(({ bytes }) => bytes)].filter(
    (seed) => seed.length > 0,
  );
}
