/** Runs operations one after the other, in the order in which they were handed in; one that fails stops no other. */
export type OperationQueue = <T>(operation: () => Promise<T>) => Promise<T>;

export function createOperationQueue(): OperationQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (operation) => {
    const result = last.then(operation);
    last = result.catch(() => {});
    return result;
  };
}
