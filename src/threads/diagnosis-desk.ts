import { hostname } from 'node:os';
import { diagnose } from '../fleet/diagnosis/diagnose.ts';
import { sceneOf } from '../fleet/diagnosis/scene.ts';
import { DIAGNOSES_KEPT_MAX, SOURCES_PER_ANSWER_MAX } from '../limits.ts';
import { createOncePer } from '../ops/log.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { Diagnosis, DiagnosisQuery, Reconcilers, Registry, Senders } from '../http/ports.ts';
import type { DiagnosisAnswer } from '../contract/instances.ts';
import type { GroupEvidence, HostEvidence, Scene } from '../fleet/diagnosis/scene.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { RetiredHost } from '../model/retired.ts';
import type { SourceRow } from '../model/source-query.ts';

/** Everybody who asks within this time gets the same answer; of a large fleet for so many times its cost. */
const FRESH_MS = 1000;
const FRESH_COSTS = 20;
const FAULT_LOG_MS = 60_000;

export interface DiagnosisParts {
  readonly config: () => Pick<MusterConfig, 'groups' | 'auth' | 'boot' | 'http' | 'selfMonitor'>;
  readonly catalogue: Pick<Catalogue, 'hosts' | 'pulse'>;
  readonly crew: Senders & { boundOf(group: string): readonly { readonly port: number }[] };
  /** Hosts that have left, as they are remembered; it may throw. */
  readonly retired: { host(cluster: string, name: string): RetiredHost | undefined };
  readonly roster: Pick<Registry, 'instances'>;
  readonly reconcilers: Pick<Reconcilers, 'list'>;
  readonly log: { error(detail: object, message: string): void };
  readonly nowMs: () => number;
}

interface Look {
  readonly atMs: number;
  /** How long the thread was busy with it: senders are waited for, hosts and instances walked. */
  costMs: number;
  readonly scene: Promise<Scene>;
  readonly answers: Map<string, DiagnosisAnswer>;
}

/** Puts together what src/fleet/diagnosis looks at, at most once a second. */
export class DiagnosisDesk implements Diagnosis {
  readonly #o: DiagnosisParts;
  readonly #once: ReturnType<typeof createOncePer>;
  #look: Look | undefined;

  constructor(parts: DiagnosisParts) {
    this.#o = parts;
    this.#once = createOncePer(parts.nowMs);
  }

  async find(query: DiagnosisQuery): Promise<DiagnosisAnswer> {
    const look = this.#fresh();
    const scene = await look.scene;
    const asked = JSON.stringify([query.group, query.host, query.kind, query.limit]);
    const known = look.answers.get(asked);
    if (known !== undefined) return known;
    const answer = this.#costing(look, () => diagnose(scene, query));
    if (look.answers.size < DIAGNOSES_KEPT_MAX) look.answers.set(asked, answer);
    return answer;
  }

  /** The clock may be set back: what is of a later time is not fresh. */
  #fresh(): Look {
    const nowMs = this.#o.nowMs();
    const ageMs = nowMs - (this.#look?.atMs ?? Number.NEGATIVE_INFINITY);
    const known = this.#look;
    if (known && ageMs >= 0 && ageMs < Math.max(FRESH_MS, FRESH_COSTS * known.costMs)) return known;
    const senders = this.#senders();
    const look: Look = {
      atMs: nowMs,
      costMs: 0,
      scene: senders.then((rows) => this.#costing(look, () => this.#gather(nowMs, rows))),
      answers: new Map(),
    };
    this.#look = look;
    return look;
  }

  #costing<T>(look: Look, work: () => T): T {
    const beganMs = this.#o.nowMs();
    const done = work();
    look.costMs += Math.max(0, this.#o.nowMs() - beganMs);
    return done;
  }

  #gather(nowMs: number, senders: readonly SourceRow[]): Scene {
    const { config, roster, reconcilers } = this.#o;
    const { groups, auth, boot, http, selfMonitor } = config();
    return sceneOf({
      nowMs,
      publicUrl: http.publicUrl,
      signsIn: auth.mode === 'users',
      servers: boot.servers,
      groups: groups.map((group): GroupEvidence => {
        return { config: group, port: this.#o.crew.boundOf(group.name)[0]?.port ?? null };
      }),
      senders,
      hosts: this.#hosts(),
      retiredMs: (group, host) => this.#retiredMs(group, host),
      instances: roster.instances(),
      lists: reconcilers.list(),
      own: selfMonitor ? { group: selfMonitor.group, host: hostname() } : null,
    });
  }

  /** Without an answer of the workers the rest is looked at all the same. */
  async #senders(): Promise<readonly SourceRow[]> {
    try {
      return (await this.#o.crew.senders({ limit: SOURCES_PER_ANSWER_MAX })).rows;
    } catch (error) {
      this.#tell(error, 'the workers do not say who sends: the diagnosis goes without');
      return [];
    }
  }

  *#hosts(): Generator<HostEvidence> {
    const { catalogue } = this.#o;
    for (const entry of catalogue.hosts()) {
      const { cluster, name, address, agent, conflict } = entry;
      const { lastSeenMs, skewMs } = catalogue.pulse(entry);
      yield { cluster, name, address, agent, lastSeenMs, skewMs, conflict };
    }
  }

  #retiredMs(group: string, host: string): number {
    try {
      return this.#o.retired.host(group, host)?.lastSeenMs ?? 0;
    } catch (error) {
      this.#tell(error, 'catalogue.db cannot be read: the diagnosis does not know who has left');
      return 0;
    }
  }

  #tell(error: unknown, message: string): void {
    if (this.#once(message, FAULT_LOG_MS) === null) return;
    const fault = error instanceof Error ? error.message : String(error);
    this.#o.log.error({ fault }, message);
  }
}
