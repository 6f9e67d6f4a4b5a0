/**
 * One thing wrong in a file of the user's. Line and column count from 1; both are 0 where the whole file is
 * meant.
 */
export interface ConfigError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `file:line:column: message`, as compilers and editors write and read it. */
export function formatConfigError(error: ConfigError): string {
  const where = error.line === 0 ? error.file : `${error.file}:${error.line}:${error.column}`;
  return `${where}: ${error.message}`;
}
