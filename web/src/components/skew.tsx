import { isSkewed } from '../fleet/sender.ts';
import { formatSkew } from '../format/duration.ts';
import { Mark } from '../ui/mark.tsx';

/** A clock's difference; a large one with the mark of a warning. */
export function Skew({ skewMs }: { readonly skewMs: number }) {
  const words = formatSkew(skewMs);
  if (!isSkewed(skewMs)) {
    return (
      <span className="nowrap" title="Its clock, against this server's">
        {words}
      </span>
    );
  }
  return (
    <span className="ink-warning nowrap skew" title="Its clock is off: set it, by NTP for example">
      <Mark kind="warning" /> {words}
    </span>
  );
}
