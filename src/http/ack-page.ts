import { createHash } from 'node:crypto';
import type { ServiceView } from '../contract/api.ts';
import type { CoverageView } from '../contract/alert-views.ts';

/** Markup: nothing but `html` and `raw` make one, so that no text of others gets in unescaped. */
export interface Markup {
  readonly markup: string;
}

/** Services that a small screen shows. */
const SHOWN_MAX = 20;

/** The page's own style, the colours those of the application; no script, no picture, no other address. */
const STYLE = `
:root{color-scheme:light dark;--bg:#f5f6f8;--panel:#fff;--line:#e1e5ea;--ink:#1a212b;--dim:#586474;
--main:#2f66d6;
--ok:#157a4d;--warning:#8a5d05;--critical:#c0312b;--unknown:#6a52bd}
@media(prefers-color-scheme:dark){:root{--bg:#0e1116;--panel:#151a21;--line:#252d38;
--ink:#e7ebf0;--dim:#98a3b1;--main:#3567c9;
--ok:#35b57c;--warning:#e3a72f;--critical:#f0756e;--unknown:#a999e0}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 Inter,system-ui,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1.25rem 1rem 3rem}
h1{font-size:1.35rem;line-height:1.3;margin:0 0 .5rem;overflow-wrap:anywhere}
p{margin:.5rem 0}a{color:inherit}
.brand{color:var(--dim);font-weight:600;margin:0 0 1rem}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:1rem;margin:1rem 0}
.dim{color:var(--dim)}.text{overflow-wrap:anywhere;white-space:pre-wrap}
ul{list-style:none;margin:0;padding:0}
li{padding:.6rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
li:first-child{border-top:0;padding-top:0}
.state{font-weight:650}.OK,.UP{color:var(--ok)}.WARNING{color:var(--warning)}
.CRITICAL,.DOWN{color:var(--critical)}.UNKNOWN,.UNREACHABLE{color:var(--unknown)}
label,legend{display:block;font-weight:600;margin:0 0 .25rem;padding:0}
fieldset{border:0;margin:0;padding:0}
input[type=text],select{width:100%;min-height:44px;font:inherit;color:inherit;background:var(--bg);
border:1px solid var(--line);border-radius:8px;padding:.5rem .75rem;margin:0 0 1rem}
button{width:100%;min-height:48px;font:inherit;font-weight:600;border:0;border-radius:8px;
background:var(--main);color:#fff;padding:.5rem 1rem}
button.plain{background:transparent;color:var(--ink);border:1px solid var(--line)}
:focus-visible{outline:3px solid var(--main);outline-offset:2px}
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Of these pages: they run nothing, fetch nothing, and are shown in nobody's frame. */
export const ACK_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; ` +
    `base-uri 'none'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
  // The address is the credential: no other site is to hear of it. (By `no-referrer` browsers would send the
  // form with `Origin: null`, as a foreign page's.)
  'referrer-policy': 'same-origin',
  'x-robots-tag': 'noindex, nofollow',
};

/** Text of others is escaped; markup goes in as it is, lists of it one after the other. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  const parts = strings.map((text, i) => text + (i < values.length ? shown(values[i] ?? '') : ''));
  return { markup: parts.join('') };
}

function shown(value: string | number | Markup | readonly Markup[]): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export const NO_MARKUP: Markup = { markup: '' };

/** A whole document. */
export function page(title: string, body: Markup): string {
  const style: Markup = { markup: `<style>${STYLE}</style>` };
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · Muster</title>${style}</head>
<body><main><p class="brand">Muster</p>${body}</main></body></html>
`.markup;
}

/** One thing to say, and what to do. */
export function note(title: string, words: string): string {
  return page(title, html`<h1>${title}</h1><p>${words}</p>`);
}

/** `web-1: load is CRITICAL`, `37 problems on 12 hosts`. */
export function titleOf({ count, hosts, services: [first] }: CoverageView): string {
  if (count === 1 && first)
    return `${first.host || first.cluster || 'grid'}: ${first.service} is ${first.state}`;
  return `${count} problems on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`;
}

/** The problems, each with its state, since when, and what to do about it. */
export function problemList({ services, count }: CoverageView): Markup {
  const more = count - Math.min(services.length, SHOWN_MAX);
  const rest = more > 0 ? html`<li class="dim">and ${more} more</li>` : NO_MARKUP;
  return html`<ul>${services.slice(0, SHOWN_MAX).map(problem)}${rest}</ul>`;
}

function problem(view: ServiceView): Markup {
  const place = [view.cluster, view.host, view.service].filter((part) => part !== '').join(' / ');
  const acknowledged = view.acknowledged ? html` · acknowledged` : NO_MARKUP;
  const notes = view.notes === '' ? NO_MARKUP : html`<p class="text">${view.notes}</p>`;
  // Other schemes than these would run something.
  const isLink = /^https?:\/\//iu.test(view.runbook);
  const runbook = isLink ? html`<p><a href="${view.runbook}" rel="noreferrer">Runbook</a></p>` : NO_MARKUP;
  return html`<li><span class="state ${stateClass(view.state)}">${view.state}</span> ${place}
<p class="text dim">${view.output}</p>
<p class="dim">since ${moment(view.since_ms)}${acknowledged}</p>${notes}${runbook}</li>`;
}

/** Classes of the style; a state is one of ours, and nothing else gets into an attribute. */
function stateClass(state: string): string {
  return /^[A-Z]{2,11}$/u.test(state) ? state : '';
}

/** In the server's zone, which is said: the reader's is not known without a script. */
export function moment(timeMs: number): string {
  return (
    new Intl.DateTimeFormat('en-GB', {
      dateStyle: 'medium',
      timeStyle: 'short',
    }).format(timeMs) + ` ${zoneName()}`
  );
}

export function zoneName(): string {
  return new Intl.DateTimeFormat('en-GB').resolvedOptions().timeZone;
}
