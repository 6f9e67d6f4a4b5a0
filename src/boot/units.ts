import { PROGRAM_FILE } from './instance-program.ts';

/** A file that boot scripts lay down. */
export interface LaidFile {
  readonly path: string;
  readonly text: string;
}

const UNITS = '/etc/systemd/system';
export const TIMER = 'muster-instance.timer';

/**
 * The timer starts both services, right away and again and again: the first stays active once it has
 * registered, until the machine goes down; where it failed, it is tried anew. Nothing that boots waits for
 * them. (A oneshot service with Restart= is refused by the systemd of Amazon Linux 2.)
 */
export const UNIT_FILES: readonly LaidFile[] = [
  {
    path: `${UNITS}/muster-instance.service`,
    text: `[Unit]
Description=Registers this machine with Muster, and says when it leaves
Wants=network-online.target
After=network-online.target nss-lookup.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${PROGRAM_FILE} register
ExecStop=${PROGRAM_FILE} deregister
TimeoutStartSec=15min
TimeoutStopSec=12
`,
  },
  {
    path: `${UNITS}/muster-instance-refresh.service`,
    text: `[Unit]
Description=Follows a Muster whose address has changed
Wants=muster-instance.service
After=muster-instance.service

[Service]
Type=oneshot
ExecStart=${PROGRAM_FILE} refresh
`,
  },
  {
    path: `${UNITS}/${TIMER}`,
    text: `[Unit]
Description=Registers with Muster at boot, and tries again

[Timer]
OnActiveSec=1s
OnUnitInactiveSec=2min
AccuracySec=1s
Unit=muster-instance-refresh.service

[Install]
WantedBy=timers.target
`,
  },
];
