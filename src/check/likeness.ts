import type { CompiledDefinition } from './definitions.ts';

/**
 * Which definitions of two sets say the same, so that a reload leaves alone what it does not change. Where in
 * its file a definition stands says nothing. Each pair is compared once; many services share one.
 */
export class Likeness {
  readonly #texts = new Map<CompiledDefinition, string>();

  isAlike(one: CompiledDefinition, other: CompiledDefinition): boolean {
    return one === other || this.#textOf(one) === this.#textOf(other);
  }

  #textOf(compiled: CompiledDefinition): string {
    let text = this.#texts.get(compiled);
    if (text === undefined) {
      text = JSON.stringify({ ...compiled.definition, where: '', fault: compiled.fault });
      this.#texts.set(compiled, text);
    }
    return text;
  }
}
