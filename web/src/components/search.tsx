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

export function focusSearch(): void {
  document.getElementById(FIELD)?.focus();
}

/** Finds clusters, hosts, services and metrics; keeps the last words. On a phone it takes the screen. */
export function Search() {
  const listId = useId();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const [words] = useDebouncedValue(text.trim(), 120);
  const answer = useQuery({ ...queries.search(words), enabled: open && words !== '' });
  const groups = answer.data && words !== '' ? foundGroups(answer.data) : [];
  const rows = groups.flatMap((group) => group.rows);
  const chosen = Math.min(at, rows.length - 1);
  const close = () => {
    setOpen(false);
    document.getElementById(FIELD)?.blur();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = rows[chosen];
    if (by !== undefined && rows.length > 0) setAt((chosen + by + rows.length) % rows.length);
    else if (event.key === 'Enter' && row && text.trim() === words) {
      navigate(row.href);
      close();
    } else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
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
          placeholder="Search"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={WORDS_CHARS_MAX}
          value={text}
          onFocus={(event) => event.currentTarget.select()}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
        />
        <kbd className="key wide-only" aria-hidden="true">
          /
        </kbd>
        <button type="button" className="button button-bare search-close" onClick={close}>
          <IconX size={20} aria-hidden="true" />
          <span className="hidden-text">Close the search</span>
        </button>
      </div>
      {open && (
        <SearchResults
          id={listId}
          words={words}
          groups={groups}
          chosen={chosen}
          answer={answer}
          onChoose={close}
        />
      )}
    </div>
  );
}
