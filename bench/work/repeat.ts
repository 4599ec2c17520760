/** Makes so many calls, some of them at once. */
export async function repeat(
  call: () => Promise<unknown>,
  calls: number,
  width: number,
): Promise<void> {
  let left = calls;
  const worker = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: width }, worker));
}
