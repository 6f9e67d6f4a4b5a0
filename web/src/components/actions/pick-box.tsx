import { useEffect, useRef } from 'react';

/** Picks a line of a list; with shift all from the one picked before. */
export function PickBox(props: {
  readonly title: string;
  readonly picked: 'all' | 'some' | 'none';
  readonly onToggle: (through: boolean) => void;
}) {
  const { title, picked, onToggle } = props;
  const box = useRef<HTMLInputElement>(null);
  const shift = useRef(false);
  useEffect(() => {
    if (box.current) box.current.indeterminate = picked === 'some';
  }, [picked]);
  return (
    <label className="pick">
      <input
        ref={box}
        type="checkbox"
        aria-label={`Select ${title}`}
        checked={picked === 'all'}
        onClick={(event) => {
          shift.current = event.shiftKey;
        }}
        onChange={() => onToggle(shift.current)}
      />
    </label>
  );
}
