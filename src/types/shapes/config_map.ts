/**
 * Configuration of an object by key. Values are strings, whatever they mean; a key that is
 * undefined is not sent.
 */
export interface ConfigMap {
  /** Value by key. */
  [key: string]: string | undefined;
}
