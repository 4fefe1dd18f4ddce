/** Long computations in a server that has other work too. */

/** It gives way after so long. */
const longestMs = 10;

/** What the steps come to; between two of them other work may run. */
export async function givingWay<T>(steps: Generator<void, T>): Promise<T> {
  for (let startedAtMs = performance.now(); ;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - startedAtMs < longestMs) continue;
    await new Promise(setImmediate);
    startedAtMs = performance.now();
  }
}
