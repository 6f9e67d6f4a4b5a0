import { nagiosSubject } from './nagios-subject.ts';
import { silenceOf } from '../alert/nagios/silence.ts';
import type { Explanation } from '../contract/alert-views.ts';
import type { NagiosSubject } from './nagios-subject.ts';
import type { ServiceWatch } from './watch.ts';
import type { Silence } from '../alert/nagios/silence.ts';
import type { Turn } from './turn.ts';

/** Why a service in Nagios' semantics is told of now, or is not. */
export interface NagiosExplanation {
  readonly reason: Explanation;
  readonly text: string;
}

type Because = Readonly<Record<Silence, NagiosExplanation>>;

const SILENCES: Because = {
  disabled: because('silenced', 'a silence covers it'),
  'outside-period': because(
    'outside_period',
    'outside of its notification_period: a result within it is told',
  ),
  'object-disabled': because('silenced', 'its notifications_enabled is false'),
  'not-a-problem': because('well', 'it is well'),
  soft: because('soft', 'its problem is soft: only hard ones are told'),
  acknowledged: because('acknowledged', 'somebody works on it'),
  dependency: because('dependency', 'something that it or its host depends on is in trouble'),
  option: because('silenced', 'its notification_options leave its state out'),
  'nobody-was-told': because('well', 'nobody was told of a problem'),
  'first-delay': because(
    'first_delay',
    'within its first_notification_delay: the first result after it is told',
  ),
  flapping: because('flapping', 'it flaps: the first result afterwards is told'),
  'in-downtime': because('in_downtime', 'it is in downtime: the first result afterwards is told'),
  'host-in-downtime': because('in_downtime', 'its host is in downtime: the first result afterwards is told'),
  'entering-downtime': because('in_downtime', 'a downtime begins'),
  'told-once': because('told', 'it is told: its notification_interval of 0 lets it be told once'),
  'host-down': because('host_down', 'its host is down: the first result afterwards is told'),
  'parents-down': because('parent_silent', 'all parents of its host are down'),
  'too-early': because('told', 'it is told: the first result after its notification_interval tells again'),
};

const PUT_OFF: Readonly<Record<NonNullable<NagiosSubject['putOffBy']>, Explanation>> = {
  'not-ours': 'not_ours',
  'parent-silent': 'parent_silent',
  'host-silent': 'host_silent',
  'new-host': 'new_host',
  list: 'list',
  'too-many': 'sending',
  'host-down': 'host_down',
  'mass-silence': 'mass_silence',
  flapping: 'flapping',
  dependency: 'dependency',
  'in-downtime': 'in_downtime',
  silenced: 'silenced',
  acknowledged: 'acknowledged',
};

export function explainNagios(watch: ServiceWatch, turn: Turn): NagiosExplanation {
  const { subject, putOffBy } = nagiosSubject(watch, turn);
  const { problem, isHard } = subject.moment.stands;
  if (problem === null) {
    const isOwed = subject.state.notifiedOn.length > 0;
    return isOwed
      ? because('sending', 'its end is told with the next good result')
      : SILENCES['not-a-problem'];
  }
  if (!isHard) return SILENCES.soft;
  if (putOffBy !== null) return because(PUT_OFF[putOffBy], 'put off, and told when that is over');
  const silence = silenceOf('PROBLEM', subject);
  if (silence !== null) return SILENCES[silence];
  if (subject.rules.contacts.length === 0) return because('no_route', 'no route takes it');
  return because('sending', 'the next result is told');
}

function because(reason: Explanation, text: string): NagiosExplanation {
  return { reason, text };
}
