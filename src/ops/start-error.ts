/**
 * The server cannot start for a reason the operator can mend: printed as message and cure, without a stack.
 */
export class StartError extends Error {
  readonly cure: string;

  constructor(message: string, cure: string) {
    super(message);
    this.name = 'StartError';
    this.cure = cure;
  }
}
