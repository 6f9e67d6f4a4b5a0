import { USER_HOSTS_JUDGED_MAX, USER_HOSTS_MS_PER_SECOND } from '../../limits.ts';
import { compilePattern } from '../../model/pattern.ts';
import type { CollectdConfig } from '../../contract/config.ts';
import type { Pattern } from '../../model/pattern.ts';

interface Rule {
  readonly hosts: string;
  /** Undefined: not compiled yet; null: it cannot be, and matches nothing. */
  pattern: Pattern | null | undefined;
  /** The second in which names were judged last, and the time that took in it. */
  second: number;
  spentMs: number;
}

/**
 * Which hosts the users of a group may write; who is not named may write all. Verdicts are remembered, and
 * the time a user's new names may take is bounded: whoever has a key could make up names without end.
 * Patterns are compiled when their user is first heard: ten thousand of them take a second, at every reload.
 */
export class UserHosts {
  readonly #rules = new Map<string, Rule>();
  readonly #judged = new Map<string, boolean>();
  readonly #ticksMs: () => number;

  /** Of two entries for one user the first counts. `ticksMs` is a clock that is never set. */
  constructor(users: CollectdConfig['users'], ticksMs: () => number) {
    this.#ticksMs = ticksMs;
    for (const { name, hosts } of users) {
      if (this.#rules.has(name)) continue;
      this.#rules.set(name, { hosts, pattern: undefined, second: 0, spentMs: 0 });
    }
  }

  /** Whether the user may not write every host. */
  binds(user: string): boolean {
    return this.#rules.has(user);
  }

  mayWrite(user: string, host: string): boolean {
    const rule = this.#rules.get(user);
    if (rule === undefined) return true;
    const pattern = patternOf(rule);
    if (pattern === null) return false;
    if (pattern.names !== null) return pattern.matches(host);
    const key = `${user}\0${host}`;
    return this.#judged.get(key) ?? this.#judge(rule, pattern, host, key);
  }

  #judge(rule: Rule, pattern: Pattern, host: string, key: string): boolean {
    const startedMs = this.#ticksMs();
    const second = Math.floor(startedMs / 1000);
    if (rule.second !== second) Object.assign(rule, { second, spentMs: 0 });
    if (rule.spentMs >= USER_HOSTS_MS_PER_SECOND) return false;
    const may = pattern.matches(host);
    rule.spentMs += this.#ticksMs() - startedMs;
    if (this.#judged.size >= USER_HOSTS_JUDGED_MAX) this.#judged.clear();
    this.#judged.set(key, may);
    return may;
  }
}

function patternOf(rule: Rule): Pattern | null {
  if (rule.pattern === undefined) {
    const compiled = compilePattern(rule.hosts);
    rule.pattern = compiled.ok ? compiled.pattern : null;
  }
  return rule.pattern;
}
