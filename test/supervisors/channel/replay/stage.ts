/**
 * The stage on which paths are replayed: does in the inline channel what makes an event come. Assets, plans and decoders
 * keep everybody waiting until they are told what to be, so that every attempt ends as the path says, and when it says.
 */
import type { DecoderScript, FakeDecoder } from '../../../support/fake-decoder.js';
import type { InlineChannel } from '../../../support/inline-channel.js';
import { FIRST_FRAMES, type Step, UPDATE_FRAMES } from './world.js';
import { MISSING, type PlanName, planOf } from './world-plans.js';

export interface Stage {
  /** Does what makes the step's event come; it comes as time goes on, if not at once. */
  act(step: Step): void;
  /** Once it has come. */
  settle(step: Step): Promise<void>;
}

/** What takes no time in the model takes hardly any. */
const QUICK: Partial<DecoderScript> = { firstFrameMs: 0, framesPerSecond: 6_000 };
const QUEUE_FILLED_MS = 20;
const LOSSES: readonly Step['type'][] = ['decoder.lost', 'segment.unusable', 'plan.unusable'];

export function createStage(air: InlineChannel): Stage {
  const { plans, slow, missing, decoders, channel } = air;
  missing.add(MISSING);
  /** How the next decoder behaves. */
  let fate: Partial<DecoderScript> = {};
  let handle = '';
  let updates = 0;
  decoders.script = () => ({ ...QUICK, ...fate });

  const head = () => air.source.desk.live?.head;
  const asset = () => head()?.occurrence.segment.assetUri ?? '';
  const decoder = (): FakeDecoder | undefined =>
    decoders.running.find(({ order }) => order.incarnation === head()?.incarnation);

  /** The attempt under way has been kept waiting for its asset. */
  const answer = (script: Partial<DecoderScript>) => {
    fate = script;
    slow.delete(asset());
  };

  const start = (plan: PlanName) => {
    handle = plan;
    if (plan !== 'unknown') plans[plan] = planOf(plan, air.clock.utcMs());
    if (plan !== 'later') slow.add('a');
    void air.start(plan);
  };

  const update = () => {
    const [segment] = planOf('update', 0).segments;
    const name = `update ${++updates}`;
    // An asset of its own: what the plan on air waits for is not to be answered.
    plans[name] = { segments: [[name, segment?.[1] ?? 0]] };
    fate = { holdAt: UPDATE_FRAMES };
    void channel.update(name);
  };

  return {
    act({ type, by }) {
      switch (by) {
        case 'stop':
          void air.stop();
          return;
        case 'reset':
          return channel.resetBudget();
        case 'update':
          return update();
        case 'hold':
          return decoder()?.hold();
        case 'crash':
          if (decoder() !== undefined) return decoder()?.crash();
          missing.delete(asset());
          return answer({ crashAt: 0 });
        case 'frames':
          if (decoder() !== undefined) return decoder()?.letGo();
          missing.delete(asset());
          return answer(type === 'decoder.delivered' ? { holdAt: FIRST_FRAMES } : {});
        case 'asset missing':
          missing.add(asset());
          return answer({});
        case 'asset found':
          missing.delete(asset());
          return answer({ holdAt: FIRST_FRAMES });
        case 'asset over':
          missing.delete(asset());
          return answer({ endAt: 0 });
        case 'plan found':
          plans[handle] = planOf('unknown', 0);
          slow.add('a');
          slow.delete(handle);
          return;
        case 'plan unknown':
          slow.delete(handle);
          return;
        case 'time':
        case 'slot':
        case 'itself':
          return;
        default:
          return start(by.slice('start '.length) as PlanName);
      }
    },
    async settle({ type }) {
      // The restart that follows finds what it was promised.
      if (type !== 'asset.found' && type !== 'retry.due') fate = {};
      // The next attempt waits for its answer, however soon it is made.
      if (LOSSES.includes(type)) slow.add(asset() || handle);
      if (type !== 'decoder.delivered' || air.source.machine.state !== 'ready') return;
      decoder()?.letGo();
      await air.run(QUEUE_FILLED_MS);
    },
  };
}
