import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf, live, LOOKS, picture, Visitor } from './browser.ts';
import { ROOT, run, until } from './server.ts';
import { Stage } from './stage.ts';
import type { Page } from 'playwright-core';

const HOST = '/hosts/web/web-1?range=10m&q=visitors';

describe('a server whose people sign in', () => {
  let stage: Stage;
  const passwords = new Map<string, string>();

  /** On the server's own machine: the one line it prints. */
  async function muster(...args: string[]): Promise<string> {
    const { code, out, err } = await run(join(ROOT, 'script/muster'), [...args, '--config', stage.file]);
    if (code !== 0) throw new Error(`muster ${args.join(' ')}: ${err}`);
    return out.trim();
  }

  async function add(name: string, role: string): Promise<void> {
    passwords.set(name, await muster('user', 'add', name, '--role', role));
  }

  async function signIn(page: Page, name: string, password = passwords.get(name) ?? ''): Promise<void> {
    const form = page.getByRole('form', { name: 'Sign in' });
    await form.getByLabel('Name').fill(name);
    await form.getByLabel('Password').fill(password);
    await form.getByRole('button', { name: 'Sign in' }).click();
  }

  beforeAll(async () => {
    stage = await Stage.set({ groups: ['web'], more: 'auth: { mode: users }\n' });
    stage.agents('web').gmond('web-1', 'visitors', 12, { units: 'people' });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  test('nobody yet: the page says how to add the first, and goes on by itself', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/`);
    await page.getByText('Nobody can sign in yet').waitFor();
    await page.getByText('muster user add').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await picture(page, 'nobody yet dark');
    await add('ada', 'admin');
    await add('vic', 'viewer');
    await page.getByRole('form', { name: 'Sign in' }).waitFor();
  });

  test.for(LOOKS)('the sign-in page, $name: axe finds nothing, a thumb hits', async (look) => {
    await using visitor = await Visitor.come(stage.browser, look);
    const { page } = visitor;
    await page.goto(`${stage.url}${HOST}`);
    await page.getByRole('form', { name: 'Sign in' }).waitFor();
    expect(await page.title()).toBe('Sign in · Muster');
    expect([...(await faultsOf(page, look)), ...visitor.complaints]).toEqual([]);
    await picture(page, `sign-in ${look.name}`);
  });

  test('from a deep link to what it shows: refused, let in, still in after a reload, out again', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}${HOST}`);
    await signIn(page, 'ada', 'not her password');
    await page.getByRole('alert').filter({ hasText: 'Name or password is wrong.' }).waitFor();
    await signIn(page, 'ada');
    await page
      .getByText(/^12(\.0)?\speople/)
      .first()
      .waitFor();
    await live(page);
    expect(page.url()).toBe(`${stage.url}${HOST}`);
    stage.agents('web').gmond('web-1', 'visitors', 34, { units: 'people' });
    await page
      .getByText(/^34(\.0)?\speople/)
      .first()
      .waitFor();

    await page.reload();
    await live(page);
    await page
      .getByText(/^34(\.0)?\speople/)
      .first()
      .waitFor();

    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
    expect(await page.evaluate('document.cookie'), 'no script can read it').toBe('');

    await page.getByRole('button', { name: /Account of/ }).click();
    await page.getByRole('group', { name: 'Account' }).getByText('Admin').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('form', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('visitors').count(), 'nothing stays on screen').toBe(0);
    await page.reload();
    await page.getByRole('form', { name: 'Sign in' }).waitFor();
    const refused = visitor.complaints.filter((said) => !said.includes('401'));
    expect(refused, 'but that a password was wrong').toEqual([]);
  });

  test('a signed-out page hears nothing of the feed', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/`);
    await page.getByRole('form', { name: 'Sign in' }).waitFor();
    const heard = await page.evaluate(`new Promise((done) => {
      const heard = [];
      const socket = new WebSocket(location.origin.replace('http', 'ws') + '/api/v1/live');
      socket.onopen = () => socket.send(JSON.stringify(
        { subscribe: { id: 'a', cluster: '.*', host: '.*', metric: '.*' } }));
      socket.onmessage = ({ data }) => heard.push(data);
      socket.onclose = () => done(heard);
    })`);
    expect(heard).toEqual([]);
  });

  test('a viewer sees, and is offered nothing that changes', async () => {
    const operates = async (name: string) => {
      await using visitor = await Visitor.come(stage.browser);
      const { page } = visitor;
      await page.goto(`${stage.url}/events`);
      await signIn(page, name);
      await live(page);
      await page
        .getByRole('navigation', { name: 'Kinds' })
        .or(page.getByText('Nothing has happened yet'))
        .first()
        .waitFor();
      const offered = await page.getByRole('button', { name: 'Post a mark' }).count();
      const answer = await page.evaluate(`fetch('/api/v1/events', { method: 'POST',
        headers: { 'content-type': 'application/json' }, body: '{"text":"hello"}' }).then((r) => r.status)`);
      return { offered, answer };
    };
    expect(await operates('vic')).toEqual({ offered: 0, answer: 403 });
    expect(await operates('ada')).toEqual({ offered: 1, answer: 201 });
  });

  test.for([
    { name: 'a new password', command: ['user', 'passwd', 'eve'] },
    { name: 'a user removed', command: ['user', 'remove', 'eve'] },
  ])('$name on the server ends the session on the page', async ({ command }) => {
    if (!passwords.has('eve')) await add('eve', 'operator');
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}${HOST}`);
    await signIn(page, 'eve');
    await live(page);
    const said = await muster(...command);
    if (command.includes('passwd')) passwords.set('eve', said);
    await page.getByRole('form', { name: 'Sign in' }).waitFor();
    await page.getByText('Your session ended').waitFor();
    expect(await page.getByText('visitors').count()).toBe(0);
    expect(page.url(), 'the way back').toBe(`${stage.url}${HOST}`);
  });

  test('a token reads; one that was revoked does not', async () => {
    const token = await muster('token', 'create', '--role', 'viewer');
    const status = async () =>
      (await fetch(`${stage.url}/api/v1/hosts`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await status()).toBe(200);
    expect((await fetch(`${stage.url}/api/v1/hosts`)).status).toBe(401);
    const [listed = ''] = (await muster('token', 'list', '--json')).match(/"id": "[^"]+"/) ?? [];
    await muster('token', 'revoke', listed.split('"')[3] ?? '');
    await until('refused', async () => ((await status()) === 401 ? true : undefined));
  });
});
