/** What several sources give, each in its own order, in the order of `key`. */
export async function* inOrder<T>(
  sources: readonly AsyncIterable<T>[],
  key: (value: T) => number,
): AsyncGenerator<T, void, undefined> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const heads = new Map<AsyncIterator<T>, T>();
  const advance = async (iterator: AsyncIterator<T>): Promise<void> => {
    const { done, value } = await iterator.next();
    if (done === true) heads.delete(iterator);
    else heads.set(iterator, value);
  };
  await Promise.all(iterators.map(advance));
  for (;;) {
    let first: readonly [AsyncIterator<T>, T] | undefined;
    for (const head of heads) if (first === undefined || key(head[1]) < key(first[1])) first = head;
    if (first === undefined) return;
    yield first[1];
    await advance(first[0]);
  }
}

/** What several sources give, as it comes. Ends when all have; fails with the first that does. */
export async function* side<T>(
  sources: readonly AsyncIterable<T>[],
): AsyncGenerator<T, void, undefined> {
  type Head = { readonly iterator: AsyncIterator<T>; readonly result: IteratorResult<T, unknown> };
  const next = async (iterator: AsyncIterator<T>): Promise<Head> => ({
    iterator,
    result: await iterator.next(),
  });
  const pending = new Map<AsyncIterator<T>, Promise<Head>>();
  for (const source of sources) {
    const iterator = source[Symbol.asyncIterator]();
    pending.set(iterator, next(iterator));
  }
  while (pending.size > 0) {
    const { iterator, result } = await Promise.race(pending.values());
    if (result.done === true) pending.delete(iterator);
    else {
      yield result.value;
      pending.set(iterator, next(iterator));
    }
  }
}
