import { unturned } from '../../../src/contract/unturned.ts';

/** What a plugin, an agent or a person said: text, which turns nothing around it round. */
export function Said({ text }: { readonly text: string }) {
  return <bdi>{unturned(text)}</bdi>;
}
