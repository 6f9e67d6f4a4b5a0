import { useMemo, useState } from 'react';
import { Combobox, useCombobox } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { matchesWords } from '../fleet/pattern.ts';
import type { MetricView } from '../../../src/contract/api.ts';

/** More than this is narrowed by words. */
const OPTIONS_MAX = 100;

export interface MetricPickerProps {
  /** Of the list and its search, for screen readers. */
  readonly label: string;
  /** Before what is chosen; empty where the button says it all. */
  readonly words: string;
  readonly shown: string;
  readonly usual: readonly { readonly value: string; readonly label: string }[];
  readonly metrics: readonly MetricView[];
  readonly onChoose: (value: string) => void;
  readonly className?: string;
}

/** A button that opens a searchable list of metrics. */
export function MetricPicker(props: MetricPickerProps) {
  const { label, words, shown, onChoose, className = 'pill' } = props;
  const [text, setText] = useState('');
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setText('');
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const choose = (value: string) => {
    onChoose(value === NOTHING ? '' : value);
    combobox.closeDropdown();
  };
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={choose}
      shadow="none"
      offset={4}
      width={320}
      position="bottom-start"
    >
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <button
          type="button"
          className={`${className} picker-button`}
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
          aria-label={`${label} ${shown}`}
          onClick={() => combobox.toggleDropdown()}
        >
          {words} <b className="mono ink ellipsis">{shown}</b>
          <IconChevronDown size={14} aria-hidden="true" />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown className="picker-list">
        <Combobox.Search
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.selectFirstOption();
          }}
          placeholder="Search metrics"
          aria-label={`${label}: search metrics`}
        />
        <Options {...props} text={text} />
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Options({ label, usual, metrics, text }: MetricPickerProps & { readonly text: string }) {
  const found = useMemo(
    () => metrics.filter(({ metric, title }) => matchesWords(text, [metric, title])),
    [metrics, text],
  );
  const usualFound = usual.filter((option) => matchesWords(text, [option.label]));
  return (
    <>
      <Combobox.Options aria-label={label} className="picker-options">
        {usualFound.length > 0 && (
          <Combobox.Group label="Usual">
            {usualFound.map((option) => (
              <Combobox.Option key={option.value} value={option.value === '' ? NOTHING : option.value}>
                {option.label}
              </Combobox.Option>
            ))}
          </Combobox.Group>
        )}
        {found.length > 0 && (
          <Combobox.Group label="Metrics">
            {found.slice(0, OPTIONS_MAX).map(({ metric, title }) => (
              <Combobox.Option key={metric} value={metric} title={title || metric}>
                <span className="mono ellipsis">{metric}</span>
              </Combobox.Option>
            ))}
          </Combobox.Group>
        )}
        {found.length === 0 && usualFound.length === 0 && (
          <Combobox.Empty>No metric of these hosts has “{text}”.</Combobox.Empty>
        )}
      </Combobox.Options>
      {found.length > OPTIONS_MAX && (
        <Combobox.Footer>and {found.length - OPTIONS_MAX} more; words narrow them</Combobox.Footer>
      )}
    </>
  );
}

/** An option needs a value, and a metric cannot have this name. */
const NOTHING = '\n';
