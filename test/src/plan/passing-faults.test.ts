/** Faults that pass are tried again, others answer at once; who waits can always be let go. */
import t from 'tap';
import { abortable } from '../../../src/plan/abortable.js';
import { PassingFault, retryPassing } from '../../../src/plan/passing-faults.js';
import { PlanError } from '../../../supervisors/channel/plan.js';

const signal = new AbortController().signal;
const ioError = (code: string) => Object.assign(new Error(`${code}: /secret/path`), { code });

/** An attempt that fails with each error in turn, then succeeds; and how often it was made. */
function failing(...errors: readonly Error[]) {
  const calls = { count: 0 };
  const attempt = async () => {
    const error = errors[calls.count++];
    if (error) throw error;
    return 'content';
  };
  return { calls, attempt };
}

t.test('a fault that passes is not noticed', async (t) => {
  for (const code of ['EAGAIN', 'EMFILE', 'EBUSY', 'EIO', 'ESTALE']) {
    const { calls, attempt } = failing(ioError(code));
    t.equal(await retryPassing('plan "p"', signal, attempt), 'content');
    t.equal(calls.count, 2, code);
  }
});

t.test('a fault that stays is told after three tries, without the path', async (t) => {
  const { calls, attempt } = failing(ioError('EIO'), ioError('EIO'), ioError('EIO'));
  await t.rejects(retryPassing('plan "p"', signal, attempt), {
    code: 'unavailable',
    message: 'plan "p" cannot be read (EIO); check the disk or mount it lies on, then try again',
  });
  t.equal(calls.count, 3);
});

t.test('a definite failure is told at once', async (t) => {
  const verdict = new PlanError('unknown_plan', 'there is no such plan');
  const unknown = failing(verdict);
  await t.rejects(retryPassing('plan "p"', signal, unknown.attempt), verdict);
  t.equal(unknown.calls.count, 1);
  const denied = failing(ioError('EACCES'));
  await t.rejects(retryPassing('plan "p"', signal, denied.attempt), {
    code: 'unavailable',
    message: /\(EACCES\); make it readable/,
  });
  t.equal(denied.calls.count, 1);
  const bug = failing(new TypeError('undefined is not a function'));
  await t.rejects(retryPassing('plan "p"', signal, bug.attempt), TypeError);
  t.equal(bug.calls.count, 1);
});

t.test('a passing fault that stays ends in its own verdict', async (t) => {
  const fault = () => new PassingFault(new PlanError('invalid_plan', 'is cut short'));
  const { calls, attempt } = failing(fault(), fault(), fault());
  await t.rejects(retryPassing('plan "p"', signal, attempt), {
    code: 'invalid_plan',
    message: 'is cut short',
  });
  t.equal(calls.count, 3);
});

t.test('nothing is tried again once the signal has aborted', async (t) => {
  const controller = new AbortController();
  const reason = new Error('superseded');
  let calls = 0;
  const attempt = async () => {
    calls++;
    controller.abort(reason);
    throw ioError('EIO');
  };
  await t.rejects(retryPassing('plan "p"', controller.signal, attempt), reason);
  t.equal(calls, 1);
});

t.test('who waits for a call that never returns is let go when the signal aborts', async (t) => {
  const controller = new AbortController();
  const reason = new Error('deadline');
  const waiting = abortable(new Promise(() => {}), controller.signal);
  controller.abort(reason);
  await t.rejects(waiting, reason);
  await t.rejects(
    abortable(Promise.resolve(1), controller.signal),
    reason,
    'one already aborted answers nothing',
  );
  t.equal(await abortable(Promise.resolve(1), signal), 1);
  await t.rejects(abortable(Promise.reject(reason), signal), reason);
});
