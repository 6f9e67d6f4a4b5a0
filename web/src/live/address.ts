import { useMemo } from 'react';
import { navigate, useLocationProperty } from 'wouter/use-browser-location';
import { withQuery } from '../fleet/link.ts';

export interface Address {
  readonly path: string;
  readonly search: URLSearchParams;
  /** The link to this view with parts of its query changed. */
  readonly link: (changes: Readonly<Record<string, string | undefined>>) => string;
  /** Goes there without a step in the history: filters as they are typed. */
  readonly change: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** The address as the browser has it, undecoded: names may hold any letter. */
export function useAddress(): Address {
  const path = useLocationProperty(() => location.pathname);
  const text = useLocationProperty(() => location.search);
  return useMemo(() => {
    const search = new URLSearchParams(text);
    const link: Address['link'] = (changes) => withQuery(path, search, changes);
    return { path, search, link, change: (changes) => navigate(link(changes), { replace: true }) };
  }, [path, text]);
}
