/** As many requests as a small cluster answers side by side without anybody waiting longer. */
const AT_ONCE = 8;

/** Does something with each, a few at a time. The first failure is thrown when those under way have ended. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (
      let item = queue.shift();
      item !== undefined && errors.length === 0;
      item = queue.shift()
    ) {
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (errors.length > 0) throw errors[0];
}
