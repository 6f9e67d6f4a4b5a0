import { IconFilter } from '@tabler/icons-react';

/** A filter that narrows a list as it is typed. */
export function FilterField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label className="field filter-field">
      <IconFilter size={16} aria-hidden="true" />
      <span className="hidden-text">{props.label}</span>
      <input
        type="search"
        value={props.value}
        placeholder={props.label}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
    </label>
  );
}
