import { cloudInit } from './cloud-init.ts';
import { puppetManifest } from './puppet.ts';
import { shellScript } from './shell-script.ts';
import type { BootAgent } from './agent-config.ts';

export const BOOT_FORMATS = ['sh', 'cloud-init', 'puppet'] as const;
export type BootFormat = (typeof BOOT_FORMATS)[number];

/** What an instance runs at its first boot. */
export interface BootWish {
  readonly group: string;
  readonly agent: BootAgent;
  /** Where it registers, in this order: `https://muster.example.net`, without a slash at the end. */
  readonly urls: readonly string[];
  /** The group's UDP port, for people who open firewalls; null: not known yet. */
  readonly port: number | null;
  /** An enrolment token to embed; null: the instance has it from elsewhere. */
  readonly token: string | null;
}

/**
 * What makes a machine register, run its agent, and leave: a script for sh, user data for cloud-init, or a
 * manifest for Puppet.
 */
export function bootScript({ format, ...wish }: BootWish & { readonly format: BootFormat }): string {
  switch (format) {
    case 'sh':
      return shellScript(wish);
    case 'cloud-init':
      return cloudInit(wish);
    case 'puppet':
      return puppetManifest(wish);
  }
}
