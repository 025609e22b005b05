/**
 * Plans from an HTTP store, asked anew for every plan that a channel is given. The store is somebody else's: it may
 * be down, slow, endless, or answer with a login page, and each of these is told as what it is, within the time that
 * was set. What it hands over is judged by its content alone, whatever content type it claims.
 */
import { PlanError } from '../../supervisors/channel/plan.js';
import { boundedGet, type HttpAnswer } from './bounded-get.js';
import { PassingFault, retryPassing } from './passing-faults.js';
import { MAX_PLAN_BYTES, type PlanSyntax, type ReadText, tooLarge } from './plan-text.js';
import { type StoreAddress, storeAddress, urlLabel } from './store-address.js';

/** Reads the plan of a name and returns what its text says. */
export type ReadPlan<Value> = (name: string, signal: AbortSignal) => Promise<Value>;

export interface PlanStoreOptions {
  /** Without problems, see templateProblem. */
  readonly urlTemplate: string;
  /** For one plan, all tries together; one try takes at most half of it. */
  readonly timeoutMs: number;
}

/** Beyond this, texts that are known already are forgotten, the longest unused first. */
const MAX_REMEMBERED_BYTES = MAX_PLAN_BYTES.json;

/**
 * Makes a reader that remembers the texts it has got by their ETags, so that what did not change is not sent again.
 * It throws PlanError `unknown_plan`, `invalid_plan` (too large, or no plan at all) or `unavailable`, the message
 * naming the address; what `readText` throws; or the signal's reason.
 */
export function createPlanStore<Value>(
  { urlTemplate, timeoutMs }: PlanStoreOptions,
  readText: ReadText<Value>,
): ReadPlan<Value> {
  const remembered = textMemory();

  return async (name, signal) => {
    const address = storeAddress(urlTemplate, name);
    const endMs = performance.now() + timeoutMs;
    return await retryPassing(address.label, signal, async () => {
      const known = remembered.get(address.url);
      const tryMs = Math.max(1, Math.min(timeoutMs / 2, endMs - performance.now()));
      const headers = {
        accept: 'application/json, application/yaml, text/yaml;q=0.9, */*;q=0.5',
        ...(address.authorization === undefined ? {} : { authorization: address.authorization }),
        ...(known === undefined ? {} : { 'if-none-match': known.etag }),
      };
      const limits = { timeoutMs: tryMs, maxBytes: MAX_PLAN_BYTES.json };
      const answer = await boundedGet(address.url, headers, limits, signal);
      if (answer.kind === 'status' && answer.status === 304 && known !== undefined) {
        return await planIn(known.bytes, address, readText, signal);
      }
      if (answer.kind === 'content') {
        const plan = await planIn(answer.bytes, address, readText, signal);
        remembered.set(address.url, answer);
        return plan;
      }
      const fault = faultOf(answer, address, timeoutMs);
      // A try that is left hardly any time would only replace what is known by "slow".
      const leftMs = endMs - performance.now();
      if (fault instanceof PassingFault && leftMs < timeoutMs / 4) throw fault.verdict;
      throw fault;
    });
  };
}

async function planIn<Value>(
  bytes: Uint8Array,
  { label }: StoreAddress,
  readText: ReadText<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const beginning = new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart();
  if (beginning.startsWith('<')) {
    const remedy = 'a page answers in place of the store: correct plans.url_template, or the store';
    const kind = /^<\?xml(?!.*<html)/is.test(beginning) ? 'XML' : 'HTML';
    throw new PlanError('invalid_plan', `${label} is no plan but ${kind}; ${remedy}`);
  }
  // All of JSON that can be a plan begins like this; a text that does not is at best YAML.
  const syntax: PlanSyntax = /^[{[]/.test(beginning) ? 'json' : 'yaml';
  if (bytes.length > MAX_PLAN_BYTES[syntax]) {
    throw new PlanError('invalid_plan', `${label} ${tooLarge(bytes.length, syntax)}`);
  }
  const text = await readText(bytes, syntax, signal);
  if (text.ok) return text.value;
  const verdict = new PlanError('invalid_plan', `${label} ${text.reason}`);
  throw text.cutShort ? new PassingFault(verdict) : verdict;
}

type Refusal = Exclude<HttpAnswer, { kind: 'content' }>;

function faultOf(answer: Refusal, { url, label }: StoreAddress, timeoutMs: number): PlanError | PassingFault {
  const unavailable = (what: string) => new PlanError('unavailable', `${label} ${what}`);
  switch (answer.kind) {
    case 'too_large':
      return new PlanError(
        'invalid_plan',
        `${label} has more than ${MAX_PLAN_BYTES.json} bytes, and no more are read; split the plan`,
      );
    case 'slow':
      return new PassingFault(
        unavailable(
          `did not hand over the plan within ${timeoutMs} ms (${answer.receivedBytes} bytes came); ` +
            'look after the store, or raise plans.timeout_ms',
        ),
      );
    case 'failed':
      return new PassingFault(
        unavailable(`cannot be fetched (${answer.reason}); look after the store and the way to it`),
      );
    case 'status':
      return statusFault(answer, url, label);
  }
}

function statusFault(
  { status, location }: Extract<HttpAnswer, { kind: 'status' }>,
  url: string,
  label: string,
): PlanError | PassingFault {
  const unavailable = (what: string) => new PlanError('unavailable', `${label} answers ${status}${what}`);
  if (status === 404 || status === 410) {
    const remedy = 'put it there or correct the handle';
    return new PlanError('unknown_plan', `${label} answers ${status}: the store has no such plan; ${remedy}`);
  }
  if (status === 401 || status === 403 || status === 407) {
    const remedy = 'correct the user and password in plans.url_template (http://user:password@host/...)';
    return unavailable(`: the store does not let the engine in; ${remedy}`);
  }
  if (status >= 500 || status === 408 || status === 429) {
    return new PassingFault(unavailable(', a fault of the store; look after it, then try again'));
  }
  if (location !== null) {
    const target = URL.canParse(location, url) ? ` to ${urlLabel(new URL(location, url))}` : '';
    return unavailable(`, a redirect${target}, and none is followed; correct plans.url_template`);
  }
  return unavailable(', which is no plan; correct plans.url_template, or the store');
}

interface KnownText {
  readonly etag: string;
  readonly bytes: Uint8Array;
}

function textMemory() {
  /** By address, least recently used first. */
  const texts = new Map<string, KnownText>();
  return {
    get(url: string): KnownText | undefined {
      return texts.get(url);
    },
    set(url: string, { etag, bytes }: { readonly etag: string | null; readonly bytes: Uint8Array }): void {
      texts.delete(url);
      if (etag === null) return;
      texts.set(url, { etag, bytes });
      let total = 0;
      for (const text of texts.values()) total += text.bytes.length;
      for (const [oldest, text] of texts) {
        if (total <= MAX_REMEMBERED_BYTES) break;
        texts.delete(oldest);
        total -= text.bytes.length;
      }
    },
  };
}
