import { Modal } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Mark } from '../ui/mark.tsx';
import { MARKS, markLabel } from '../fleet/state.ts';

const keys: readonly (readonly [string, string])[] = [
  ['/', 'search hosts, metrics, services and clusters'],
  ['g g', 'grid'],
  ['g p', 'problems'],
  ['g v', 'services'],
  ['g c', 'checks: the engine’s own figures'],
  ['g d', 'dashboards'],
  ['g e', 'events'],
  ['g s', 'senders'],
  ['g q', 'quiet: downtimes and silences'],
  ['g o', 'on call'],
  ['g n', 'notifications'],
  ['j  k', 'next, previous in a list'],
  ['Enter', 'open'],
  ['x', 'problems: select'],
  ['a', 'acknowledge what is selected'],
  ['d  s', 'plan a downtime, silence'],
  ['[  ]', 'charts: earlier, later'],
  ['{  }', 'charts: shorter, longer range'],
  ['-', 'charts: zoom out'],
  ['?', 'this help'],
];

export function HelpDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal.Root opened={opened} onClose={onClose} centered classNames={{ content: 'help' }}>
      <Modal.Overlay />
      <Modal.Content aria-label="Keys and marks">
        <div className="row">
          <h2>Keys and marks</h2>
          <button type="button" className="button button-bare push" aria-label="Close" onClick={onClose}>
            <IconX size={16} aria-hidden="true" />
          </button>
        </div>
        <dl className="help-keys">
          {keys.map(([key, does]) => (
            <div key={key}>
              <dt>
                <kbd className="key">{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <ul className="help-marks" aria-label="Marks, the worst first">
          {MARKS.map((mark) => (
            <li key={mark} className="row">
              <Mark kind={mark} silent />
              {markLabel(mark)}
            </li>
          ))}
        </ul>
        <p className="sub">Drag over a chart to look closer; a double click goes back.</p>
      </Modal.Content>
    </Modal.Root>
  );
}
