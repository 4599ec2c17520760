/**
 * Header fields for a runtime that writes characters as UTF-8: their values hold a byte in each character, as
 * browsers and Node write them.
 */
export function asWritten(headers: Record<string, string>): Record<string, string> {
  const decoder = new TextDecoder();
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      return [name, decoder.decode(Uint8Array.from(value, (it) => it.charCodeAt(0)))];
    }),
  );
}
