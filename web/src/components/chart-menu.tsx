import { useState } from 'react';
import { Popover, useComputedColorScheme } from '@mantine/core';
import { IconDots, IconPhotoDown, IconTableDown } from '@tabler/icons-react';
import { csvOf, fileName } from '../chart/csv.ts';
import type { Shown } from '../chart/csv.ts';
import type { PictureOptions } from '../chart/picture.ts';
import type { SavedAs } from './chart.tsx';

type Drawn = Pick<PictureOptions, 'thresholds' | 'colours' | 'stacked' | 'frame' | 'width' | 'height'>;

/** Takes what a chart shows away as a table or a picture. */
export function ChartMenu(props: {
  readonly saved: SavedAs;
  readonly shown: Shown;
  readonly picture: () => Drawn;
  readonly disabled: boolean;
}) {
  const { saved, shown } = props;
  const scheme = useComputedColorScheme('dark');
  const [opened, setOpened] = useState(false);
  const [fault, setFault] = useState('');
  const name = (ending: 'csv' | 'png') => fileName(saved.names, shown, ending);
  const table = () => {
    const labels = shown.labels.length > 0 ? shown.labels : [saved.title];
    save(new Blob([csvOf({ ...shown, labels })], { type: 'text/csv;charset=utf-8' }), name('csv'));
    setOpened(false);
  };
  const picture = async () => {
    try {
      // Only who wants a picture loads what draws it.
      const { drawPicture } = await import('../chart/picture.ts');
      const subtitle = saved.names.slice(0, -1).toReversed().join(' in ');
      const { labels, quantity } = shown;
      const drawing = { ...props.picture(), title: saved.title, subtitle, labels, quantity, scheme };
      save(await drawPicture(drawing), name('png'));
      setOpened(false);
    } catch (error) {
      setFault(error instanceof Error ? error.message : 'The picture could not be drawn.');
    }
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="button button-bare chart-menu"
          aria-label={`Save ${saved.title}`}
          title="Save as CSV or PNG"
          aria-expanded={opened}
          disabled={props.disabled}
          onClick={() => setOpened(!opened)}
        >
          <IconDots size={16} aria-hidden="true" />
        </button>
      </Popover.Target>
      <Popover.Dropdown className="menu" aria-label={`Save ${saved.title}`}>
        <button type="button" onClick={table}>
          <IconTableDown size={16} aria-hidden="true" /> Values as CSV
        </button>
        <button type="button" onClick={() => void picture()}>
          <IconPhotoDown size={16} aria-hidden="true" /> Picture as PNG
        </button>
        {fault !== '' && (
          <p className="sub" role="alert">
            {fault}
          </p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
