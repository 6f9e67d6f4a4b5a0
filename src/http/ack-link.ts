import Type from 'typebox';
import {
  ACK_HEADERS,
  html,
  moment,
  NO_MARKUP,
  note,
  page,
  problemList,
  titleOf,
  zoneName,
} from './ack-page.ts';
import { asHttpError } from './faults.ts';
import { FORM_FIELDS_MAX } from '../limits.ts';
import { isForm } from './agent-credentials.ts';
import { HttpError } from './errors.ts';
import { judgeAnswer } from './judge-answer.ts';
import { onlyService } from './quiet-body.ts';
import { printable } from '../model/printable.ts';
import { readForm } from '../wire/form.ts';
import { TokenThrottle } from '../access/token-throttle.ts';
import type { CoverageRule } from '../model/quiet.ts';
import type { CoverageView } from '../contract/alert-views.ts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpPorts } from './ports.ts';
import type { Form } from '../wire/form.ts';
import type { Markup } from './ack-page.ts';
import type { PageLink } from '../access/page-link.ts';
import type { Resources } from './route.ts';

const BODY_BYTES_MAX = 16_384;
const NAME_CHARS_MAX = 200;
const COMMENT_CHARS_MAX = 2000;
const HOUR_MS = 3_600_000;
const MORNING_HOUR = 9;

interface AckRequest {
  Params: { token: string };
  Body: Uint8Array | undefined;
}
type AckCall = FastifyRequest<AckRequest>;

interface Shown {
  readonly status: number;
  readonly text: string;
  readonly retryAfterS?: number;
}

/** How long, as the form offers it. */
const HOW_LONG = [
  ['well', 'until it is well'],
  ['1h', 'for an hour'],
  ['4h', 'for four hours'],
  ['morning', 'until tomorrow, 9:00'],
] as const;

/**
 * Acknowledges by the link in a page: whoever has the page has the link, and needs nothing else. GET shows
 * and changes nothing, as programs that look through mail follow links; the form on it acts.
 */
export function ackLinkRoutes(app: FastifyInstance, { ports }: Resources): void {
  const throttle = new TokenThrottle();
  const params = Type.Object({ token: Type.String() });
  const schema = { params, response: { 200: Type.String() } };
  void app.register((own, _options, done) => {
    own.removeAllContentTypeParsers();
    own.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    own.get<AckRequest>('/ack/:token', { schema }, (request, reply) =>
      answer({ ports, throttle, request, reply }, show),
    );
    own.post<AckRequest>('/ack/:token', { schema, bodyLimit: BODY_BYTES_MAX }, (request, reply) =>
      answer({ ports, throttle, request, reply }, act),
    );
    done();
  });
}

interface Call {
  readonly ports: HttpPorts;
  readonly throttle: TokenThrottle;
  readonly request: AckCall;
  readonly reply: FastifyReply;
}

type Work = (link: PageLink, call: Call) => Promise<Shown>;

/** People read it: whatever is wrong comes as a page, too. */
async function answer(call: Call, work: Work): Promise<FastifyReply> {
  const { ports, request, reply } = call;
  const shown = await answerOf(call, work).catch((error: unknown): Shown => {
    const fault = asHttpError(error as FastifyError, request, ports.log);
    return { status: fault.status, text: note('That did not work', `${fault.message}: ${fault.cure}.`) };
  });
  if (shown.retryAfterS !== undefined) void reply.header('retry-after', String(shown.retryAfterS));
  void reply.headers(ACK_HEADERS).type('text/html; charset=utf-8').code(shown.status);
  return reply.serializer(String).send(shown.text);
}

async function answerOf(call: Call, work: Work): Promise<Shown> {
  const { ports, throttle, request } = call;
  const nowMs = ports.clock.nowMs();
  const read = ports.alerting.readLink(request.params.token, nowMs);
  if (read.ok) return work(read.link, call);
  if (read.reason === 'expired') {
    return {
      status: 410,
      text: note('This link has expired', 'Newer pages have newer links; or sign in to Muster.'),
    };
  }
  const retryAfterS = throttle.refused(request.ip, nowMs);
  if (retryAfterS > 0) {
    const words = `Too many links that are none came from your address: wait ${retryAfterS} seconds.`;
    return { status: 429, text: note('Please wait', words), retryAfterS };
  }
  const words = 'It is cut off, or from another server: copy the whole link out of the page.';
  return { status: 404, text: note('This link is not one of ours', words) };
}

async function show(link: PageLink, { ports }: Pick<Call, 'ports'>): Promise<Shown> {
  const covers = coversOf(link);
  const found = await problemsOf(covers, ports);
  if (found.count === 0) return over();
  const told = await judgeAnswer(ports.alerting.ask({ kind: 'told-of', covers }));
  const isDone = found.services.every(({ acknowledged }) => acknowledged);
  const title = titleOf(found);
  const body = html`<h1>${title}</h1>
<p class="dim">Told: ${told.length === 0 ? 'nobody' : told.join(', ')}</p>
<section class="panel">${problemList(found)}</section>
${isDone ? undoForm('It is acknowledged.') : acknowledgeForm()}`;
  return { status: 200, text: page(title, body) };
}

async function act(link: PageLink, call: Call): Promise<Shown> {
  const form = formOf(call.request);
  return form.get('action') === 'undo' ? undo(link, call, form) : acknowledge(link, call, form);
}

async function acknowledge(link: PageLink, { ports, request }: Call, form: Form): Promise<Shown> {
  const covers = coversOf(link);
  const found = await problemsOf(covers, ports);
  if (found.count === 0) return over();
  const author = nameOf(form, link);
  const comment = textOf(form, 'comment', COMMENT_CHARS_MAX) || 'acknowledged by the link in a page';
  const untilMs = untilOf(form.get('until') ?? 'well', ports.clock.nowMs());
  const wish = { covers, comment, author, untilMs, sticky: false, notify: true } as const;
  const done = await judgeAnswer(ports.alerting.ask({ kind: 'acknowledge', ...wish }));
  if (!done.ok) return over();
  const until = untilMs === null ? 'until it is well' : `until ${moment(untilMs)}`;
  audit(ports, request, { link, who: author, action: 'acknowledged', detail: `${until}: ${comment}`, found });
  const body = html`<h1>Acknowledged</h1>
<p>${titleOf(found)}. Nobody is reminded of it ${until}.</p>
<section class="panel">${problemList(found)}</section>
${undoForm('')}`;
  return { status: 200, text: page('Acknowledged', body) };
}

async function undo(link: PageLink, { ports, request }: Call, form: Form): Promise<Shown> {
  const covers = coversOf(link);
  const found = await problemsOf(covers, ports);
  const by = nameOf(form, link);
  const taken = await judgeAnswer(ports.alerting.ask({ kind: 'unacknowledge', covers, by }));
  if (taken.length === 0) return found.count === 0 ? over() : show(link, { ports });
  audit(ports, request, { link, who: by, action: 'acknowledgement removed', detail: 'undone', found });
  const body = html`<h1>Taken back</h1><p>${titleOf(found)}, and nobody has acknowledged it.</p>
<section class="panel">${problemList(found)}</section>${acknowledgeForm()}`;
  return { status: 200, text: page('Taken back', body) };
}

function over(): Shown {
  const words =
    'What this page was about is well again, or not watched any more. There is nothing to acknowledge.';
  return { status: 410, text: note('It is over', words) };
}

function problemsOf(covers: CoverageRule, { alerting }: HttpPorts): Promise<CoverageView> {
  return judgeAnswer(alerting.ask({ kind: 'cover', covers, wholeHosts: false, problems: true }));
}

function coversOf({ about }: PageLink): CoverageRule {
  if (about.kind === 'service') return onlyService(about.service);
  const { id: incident } = about;
  return { cluster: null, host: null, service: null, severity: null, facts: [], services: null, incident };
}

function acknowledgeForm(): Markup {
  const options = HOW_LONG.map(([value, words]) => {
    const zone = value === 'morning' ? ` (${zoneName()})` : '';
    return html`<option value="${value}">${words}${zone}</option>`;
  });
  return html`<form method="post">
<label for="name">Your name</label>
<input type="text" id="name" name="name" maxlength="${NAME_CHARS_MAX}" autocomplete="name" required>
<label for="comment">Comment</label>
<input type="text" id="comment" name="comment" maxlength="${COMMENT_CHARS_MAX}"
 placeholder="what you do about it">
<label for="until">How long</label><select id="until" name="until">${options}</select>
<button name="action" value="acknowledge">Acknowledge</button></form>`;
}

function undoForm(words: string): Markup {
  const said = words === '' ? NO_MARKUP : html`<p>${words}</p>`;
  return html`${said}<form method="post">
<button class="plain" name="action" value="undo">Undo</button></form>`;
}

function formOf({ headers, body }: AckCall): Form {
  if (!isForm(headers['content-type'])) throw new HttpError('form_needed', 'this page sends a form');
  const form = body === undefined ? undefined : readForm(body, FORM_FIELDS_MAX);
  if (form === undefined)
    throw new HttpError('bad_body', 'the form has too many fields', 'open the link anew');
  return form;
}

function textOf(form: Form, field: string, max: number): string {
  return printable(form.get(field) ?? '')
    .trim()
    .slice(0, max);
}

/** Who they say they are: nobody asks for proof but that they have the page, and that is said with it. */
function nameOf(form: Form, { target }: PageLink): string {
  return `${textOf(form, 'name', NAME_CHARS_MAX) || target} (by link)`;
}

/** Null: until it is well. */
function untilOf(choice: string, nowMs: number): number | null {
  switch (choice) {
    case '1h':
      return nowMs + HOUR_MS;
    case '4h':
      return nowMs + 4 * HOUR_MS;
    case 'morning': {
      const morning = new Date(nowMs);
      morning.setDate(morning.getDate() + 1);
      return morning.setHours(MORNING_HOUR, 0, 0, 0);
    }
    default:
      return null;
  }
}

function audit(
  { audit: book }: HttpPorts,
  request: AckCall,
  what: {
    readonly link: PageLink;
    readonly who: string;
    readonly action: string;
    readonly detail: string;
    readonly found: CoverageView;
  },
): void {
  const { link, who, action, detail, found } = what;
  // A name that is typed must not pass for one that signed in.
  const by = `the link of a page to ${link.target}`;
  book.note({ who: by, from: request.ip, action, subject: titleOf(found), detail: `${who}: ${detail}` });
}
