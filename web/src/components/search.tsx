import { useId, useState } from 'react';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconSearch, IconX } from '@tabler/icons-react';
import { navigate } from 'wouter/use-browser-location';
import { SearchResults } from './search-results.tsx';
import { foundGroups } from '../fleet/found.ts';
import { queries } from '../live/queries.ts';
import type { KeyboardEvent } from 'react';

const FIELD = 'search';
/** Longer ones the server refuses. */
const WORDS_CHARS_MAX = 200;
const TYPING_MS = 120;

export function focusSearch(): void {
  document.getElementById(FIELD)?.focus();
}

/**
 * Finds clusters, hosts, services and metrics. Words that led somewhere are gone: they filter nothing there.
 * On a phone it takes the screen.
 */
export function Search() {
  const listId = useId();
  const { text, open, setOpen, type, words, answer, groups, rows, chosen, keys, arrive } = useSearch();
  return (
    <div
      className="search-box"
      role="search"
      data-open={open || undefined}
      onFocus={() => setOpen(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <div className="field search">
        <IconSearch size={16} aria-hidden="true" />
        <input
          id={FIELD}
          type="search"
          role="combobox"
          aria-label="Search hosts, metrics, services and clusters"
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={open && rows.length > 0 ? `${listId}-${chosen}` : undefined}
          placeholder="Search hosts, metrics, services…"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={WORDS_CHARS_MAX}
          value={text}
          onFocus={(event) => event.currentTarget.select()}
          onKeyDown={onKeys(keys)}
          onChange={(event) => type(event.currentTarget.value)}
        />
        <kbd className="key wide-only" aria-hidden="true">
          /
        </kbd>
        <CloseButton onClick={keys.Escape} />
      </div>
      {open && (
        <SearchResults
          id={listId}
          words={words}
          groups={groups}
          chosen={chosen}
          answer={answer}
          onChoose={arrive}
        />
      )}
    </div>
  );
}

/** The text, what is found for it, and which of that is chosen. */
function useSearch() {
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const found = useFound(text, open);
  const { rows, words } = found;
  const chosen = Math.min(at, rows.length - 1);
  const close = () => {
    setOpen(false);
    document.getElementById(FIELD)?.blur();
  };
  const type = (next: string) => {
    setText(next);
    setAt(0);
  };
  const arrive = () => {
    type('');
    close();
  };
  const move = (by: 1 | -1) => setAt(rows.length === 0 ? 0 : (chosen + by + rows.length) % rows.length);
  const openChosen = () => {
    const row = rows[chosen];
    // What was found for other words is not what is meant.
    if (!row || text.trim() !== words) return;
    navigate(row.href);
    arrive();
  };
  const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: openChosen, Escape: close };
  return { ...found, text, open, setOpen, type, chosen, keys, arrive };
}

/** What the server found for a text that rests a moment. */
function useFound(text: string, open: boolean) {
  const [words] = useDebouncedValue(text.trim(), TYPING_MS);
  const answer = useQuery({ ...queries.search(words), enabled: open && words !== '' });
  const groups = answer.data && words !== '' ? foundGroups(answer.data) : [];
  return { words, answer, groups, rows: groups.flatMap((group) => group.rows) };
}

/** On a phone, where nothing else of the page is left to press. */
function CloseButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <button type="button" className="button button-bare search-close" onClick={onClick}>
      <IconX size={20} aria-hidden="true" />
      <span className="hidden-text">Close the search</span>
    </button>
  );
}

/** Keys that do something of their own in the field. */
function onKeys(actions: Readonly<Record<'ArrowDown' | 'ArrowUp' | 'Enter' | 'Escape', () => void>>) {
  const known = new Map(Object.entries(actions));
  return (event: KeyboardEvent) => {
    const action = known.get(event.key);
    if (!action) return;
    event.preventDefault();
    action();
  };
}
