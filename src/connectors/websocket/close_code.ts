/**
 * Checks what a caller closes a channel with, by the rules of the platform's `WebSocket`.
 *
 * @throws {TypeError} when the code is neither 1000 nor of 3000 to 4999, or the reason is longer
 * than 123 bytes.
 */
export function checkClose(code: number, reason: string): void {
  if (code !== 1000 && !(Number.isInteger(code) && code >= 3000 && code <= 4999)) {
    throw new TypeError(`Cannot close with code ${code}: it must be 1000 or of 3000 to 4999`);
  }
  if (new TextEncoder().encode(reason).length > 123) {
    throw new TypeError("Cannot close with this reason: it is longer than 123 bytes");
  }
}
