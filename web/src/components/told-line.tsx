import { IconBell, IconBellOff, IconBellRinging, IconBellX } from '@tabler/icons-react';
import { toldWords } from '../fleet/incident.ts';
import type { Told } from '../fleet/incident.ts';
import type { IncidentView } from '../../../src/contract/alert-views.ts';

/** Who was told of an incident, and what comes next. */
export function ToldLine({ incident, nowMs }: { readonly incident: IncidentView; readonly nowMs: number }) {
  const told = toldWords(incident, nowMs);
  return (
    <p className="sub told-line" data-kind={told.kind}>
      <ToldIcon kind={told.kind} />
      <bdi>{told.text}</bdi>
    </p>
  );
}

function ToldIcon({ kind }: { readonly kind: Told['kind'] }) {
  switch (kind) {
    case 'told':
      return <IconBellRinging size={14} aria-hidden="true" />;
    case 'waiting':
      return <IconBell size={14} aria-hidden="true" />;
    case 'quiet':
    case 'unrouted':
      return <IconBellOff size={14} aria-hidden="true" />;
    case 'failed':
      return <IconBellX size={14} aria-hidden="true" />;
  }
}
