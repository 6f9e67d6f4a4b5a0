import type { Diagnosis, DiagnosisQuery } from '../http/ports.ts';
import type { DiagnosisAnswer } from '../contract/api.ts';
import type { FleetParts } from './fleet-desk.ts';
import type { ReconcilerDesk } from './reconciler-desk.ts';
import type { RosterBook } from './roster-book.ts';

interface DiagnosisParts extends FleetParts {
  readonly roster: RosterBook;
  readonly reconcilers: ReconcilerDesk;
}

/** Puts together what src/fleet/diagnosis.ts looks at. */
export class DiagnosisDesk implements Diagnosis {
  readonly parts: DiagnosisParts;

  constructor(parts: DiagnosisParts) {
    this.parts = parts;
  }

  find(_query: DiagnosisQuery): Promise<DiagnosisAnswer> {
    return Promise.resolve({ findings: [], left_out: 0 });
  }
}
