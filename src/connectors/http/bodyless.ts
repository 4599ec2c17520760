/** Whether an answer of this status has no body, whatever its head says. */
export function isBodyless(status: number): boolean {
  return [101, 204, 205, 304].includes(status);
}
