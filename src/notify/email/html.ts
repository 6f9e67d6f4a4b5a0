import { asMarkup } from '../../model/page-words.ts';
import { toneOf } from '../words.ts';
import type { MailContent, MailService } from './content.ts';
import type { Tone } from '../words.ts';

/** What the graph is called inside the mail. */
export const GRAPH_CID = 'graph@muster';

/** White on them has a contrast of 4.5 and more. */
const COLOURS: Readonly<Record<Tone, string>> = {
  critical: '#c92a2a',
  warning: '#b35309',
  unknown: '#7048a8',
  ok: '#22753a',
  note: '#1c64b8',
};

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/**
 * Programs that read mail know tables and inline styles; those that know a style sheet, too, get the dark
 * colours and the narrow layout from it. Nothing is loaded from anywhere.
 */
const SHEET = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#141517!important}.card{background:#1f2023!important;border-color:#373a40!important}
.text{color:#e9ecef!important}.dim{color:#a6a7ab!important}.line{border-color:#373a40!important}
.notes{background:#2a2b2f!important}.link{color:#74b0f4!important}
}
@media (max-width:480px){.pad{padding-left:16px!important;padding-right:16px!important}
.page{padding:0!important}.card{border-radius:0!important}
.button{display:block!important;text-align:center!important;margin:0 0 10px!important}}
`.replaceAll('\n', '');

/** A mail as HTML; every value in it is escaped. */
export function mailHtml(content: MailContent): string {
  const { tone, title, subject, output } = content;
  const label = /^\[([^\]]*)\]/u.exec(subject)?.[1] ?? '';
  const body = [
    `<div class="text" style="font-size:15px;line-height:1.5;color:#212529">${lines(output)}</div>`,
    factsTable(content),
    graphOf(content),
    notesOf(content),
    buttons(content),
    servicesTable(content),
  ].join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">\
<meta name="viewport" content="width=device-width,initial-scale=1">\
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">\
<title>${asMarkup(subject)}</title><style>${SHEET}</style></head>\
<body class="page" style="margin:0;padding:0;background:#f1f3f5;${FONT}">\
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" \
style="background:#f1f3f5;padding:24px 0"><tr><td align="center">\
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" \
style="max-width:640px;background:#ffffff;border:1px solid #dee2e6;border-radius:8px;overflow:hidden">\
<tr><td class="pad" style="background:${COLOURS[tone]};padding:16px 24px;color:#ffffff">\
<div style="font-size:12px;font-weight:700;letter-spacing:.06em">${asMarkup(label)}</div>\
<div style="font-size:20px;line-height:1.3;font-weight:600;word-break:break-word">${asMarkup(title)}</div>\
</td></tr>\
<tr><td class="pad" style="padding:20px 24px 8px">${body}</td></tr>\
<tr><td class="pad dim line" style="padding:12px 24px 16px;border-top:1px solid #e9ecef;font-size:12px;\
color:#5c636a;word-break:break-word">${asMarkup(content.footer)}</td></tr></table>\
</td></tr></table></body></html>`;
}

function factsTable({ facts }: MailContent): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td class="dim" valign="top" style="padding:3px 16px 3px 0;color:#5c636a;white-space:nowrap">\
${asMarkup(name)}</td><td class="text" style="padding:3px 0;color:#212529;word-break:break-word">\
${asMarkup(value)}</td></tr>`,
  );
  return `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:14px 0;font-size:14px">\
${rows.join('')}</table>`;
}

function graphOf({ graph, title }: MailContent): string {
  if (graph === 'none') return '';
  if (graph === 'missing') {
    return '<p class="dim" style="font-size:13px;color:#5c636a">The graph could not be drawn in time.</p>';
  }
  return `<img src="cid:${GRAPH_CID}" alt="${asMarkup(`The last 6 hours: ${title}`)}" width="590" \
style="display:block;width:100%;max-width:590px;height:auto;border:0;border-radius:4px;margin:14px 0">`;
}

function notesOf({ notes, runbook }: MailContent): string {
  if (notes === '' && runbook === null) return '';
  const link = runbook === null ? '' : `<div>${anchor(runbook, 'Runbook')}</div>`;
  return `<div class="notes text" style="margin:14px 0;padding:12px 14px;background:#f8f9fa;\
border-radius:6px;font-size:14px;line-height:1.5;color:#212529;word-break:break-word">\
<div style="font-weight:600">What to do</div>\
${notes === '' ? '' : `<div>${lines(notes)}</div>`}${link}</div>`;
}

function servicesTable({ services, left }: MailContent): string {
  if (services.length < 2) return '';
  const more =
    left > 0
      ? `<tr><td colspan="2" class="dim" style="padding:8px 0;color:#5c636a">and ${left} more</td></tr>`
      : '';
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" \
style="margin:14px 0;font-size:14px;border-collapse:collapse">\
${services.map(serviceRow).join('')}${more}</table>`;
}

function serviceRow({ name, state, output, since, link }: MailService): string {
  const badge = `<span style="display:inline-block;padding:1px 7px;border-radius:4px;font-size:11px;\
font-weight:700;color:#ffffff;background:${COLOURS[toneOf(state)]}">${asMarkup(state)}</span>`;
  return `<tr><td class="line" valign="top" style="padding:8px 12px 8px 0;border-top:1px solid #e9ecef">\
${badge}</td>\
<td class="line text" width="100%" style="padding:8px 0;border-top:1px solid #e9ecef;color:#212529;\
word-break:break-word">${anchor(link, name)}<div>${asMarkup(output)}</div>\
<div class="dim" style="font-size:12px;color:#5c636a">since ${asMarkup(since)}</div></td></tr>`;
}

function buttons({ acknowledge, link }: MailContent): string {
  const style = `display:inline-block;padding:11px 20px;margin:0 10px 10px 0;border-radius:6px;\
font-size:15px;font-weight:600;text-decoration:none`;
  const first =
    acknowledge === ''
      ? ''
      : `<a class="button" href="${asMarkup(acknowledge)}" style="${style};background:#1c64b8;color:#ffffff;\
border:1px solid #1c64b8">Acknowledge</a>`;
  return `<div style="margin:18px 0 6px">${first}<a class="button link line" href="${asMarkup(link)}" \
style="${style};color:#1c64b8;border:1px solid #ced4da">Open in Muster</a></div>`;
}

function anchor(url: string, words: string): string {
  return `<a class="link" href="${asMarkup(url)}" style="color:#1c64b8;font-weight:600">\
${asMarkup(words)}</a>`;
}

/** Line breaks stay. */
function lines(text: string): string {
  return asMarkup(text.trim()).replaceAll(/\r?\n/gu, '<br>');
}
