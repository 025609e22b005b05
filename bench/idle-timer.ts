/**
 * How late this machine wakes a thread that has nothing else to do, every 1/30 s: what no program on it can do better than
 * while the measurement beside it runs.
 */
import { Worker } from 'node:worker_threads';

const THREAD = `
const { parentPort } = require('node:worker_threads');
const INTERVAL_MS = 1000 / 30;
const beganMs = performance.now();
let tick = 1;
let worstLateMs = 0;
const dueMs = () => beganMs + tick * INTERVAL_MS;
const arm = () => setTimeout(fire, Math.max(0, dueMs() - performance.now()));
function fire() {
  worstLateMs = Math.max(worstLateMs, performance.now() - dueMs());
  while (dueMs() <= performance.now()) tick++;
  arm();
}
arm();
parentPort.on('message', () => parentPort.postMessage(worstLateMs));
`;

export function startIdleTimer() {
  const thread = new Worker(THREAD, { eval: true });
  return {
    /** The longest delay so far, which ends the measurement. */
    async worstLateMs(): Promise<number> {
      const answer = new Promise<number>((resolve) => thread.once('message', resolve));
      thread.postMessage('tell');
      const worst = await answer;
      await thread.terminate();
      return worst;
    },
  };
}
