/**
 * A host without a process: the channel's real subtree, inline on the engine's fake clock, behind the port by which the
 * engine knows its hosts. With it, the engine's channels and the channels themselves are tested as one.
 */
import type { Test } from 'tap';
import { makeSnapshot } from '../../../supervisors/channel/make-snapshot.js';
import { deferred } from '../../../supervisors/deferred.js';
import type { HostExit, HostProcess } from '../../../supervisors/engine/host-port.js';
import { SNAPSHOT_INTERVAL_MS, type StartOrder } from '../../../supervisors/engine/host-protocol.js';
import type { Timer } from '../../../supervisors/master-clock.js';
import type { FakeClock } from '../../support/fake-clock.js';
import type { DecoderScript, FakeDecoder } from '../../support/fake-decoder.js';
import { type InlineChannel, inlineChannel, SETTINGS, type TestPlan } from '../../support/inline-channel.js';

export interface InlineHosts {
  readonly fork: () => HostProcess<string>;
  /** Ends the host that runs, as SIGKILL would. */
  kill(): void;
  /** Every decoder that any host ever started, in order. */
  readonly decoders: FakeDecoder[];
  /** When any host counted a restart, monotonic milliseconds, in order. */
  readonly restartsMs: number[];
}

export function inlineHosts(
  t: Test,
  world: {
    readonly clock: FakeClock;
    readonly plans: Record<string, TestPlan>;
    readonly missing: readonly string[];
    /** What becomes of the next decoder, whichever host starts it. */
    readonly fate: () => Partial<DecoderScript>;
    readonly random: () => number;
  },
): InlineHosts {
  const { clock } = world;
  const hosts: { kill(): void }[] = [];
  const airs: InlineChannel[] = [];
  const restartsMs: number[] = [];

  const fork = (): HostProcess<string> => {
    const pid = 7001 + hosts.length;
    let air: Promise<InlineChannel> | undefined;
    let heartbeat: Timer | undefined;
    const { promise: exited, resolve: exit } = deferred<HostExit>();
    let alive = true;

    const start = async ({ channelId, port, epochMs, order, ...history }: StartOrder) => {
      air = inlineChannel(t, {
        ...history,
        plans: world.plans,
        random: world.random,
        shared: {
          clock,
          epochMs,
          onReport: (report) => {
            if (!alive) return;
            if (report.event === 'restart') restartsMs.push(clock.nowMs());
            host.onMessage({ type: 'report', report });
          },
        },
      });
      const { channel, decoders, missing } = await air;
      airs.push(await air);
      decoders.script = world.fate;
      for (const asset of world.missing) missing.add(asset);
      const facts = { channelId, planHandle: order.planHandle, port, hostPid: pid };
      const beat = () => {
        if (!alive) return;
        const snapshot = makeSnapshot(
          channel,
          {
            ...facts,
            startedMs: clock.nowMs(),
            epochMs,
            childrenActual: decoders.running.length,
            usageOf: () => null,
          },
          SETTINGS,
          clock,
        );
        host.onMessage({ type: 'snapshot', snapshot, children: channel.whichChildren() });
        heartbeat = clock.at(clock.nowMs() + SNAPSHOT_INTERVAL_MS, beat);
      };
      const starting = channel.start(order);
      beat();
      const outcome = await starting;
      if (alive) host.onMessage({ type: 'started', outcome });
    };

    const end = async (how: HostExit) => {
      if (!alive) return;
      alive = false;
      heartbeat?.cancel();
      await (await air)?.stop();
      exit(how);
    };

    const host: HostProcess<string> = {
      pid,
      exited,
      onMessage: () => {},
      send(message) {
        if (!alive) return;
        if (message.type === 'start') void start(message);
        if (message.type === 'update') {
          const { call, planHandle, promised } = message;
          void air
            ?.then(({ channel }) => channel.update(planHandle, promised))
            .then((outcome) => alive && host.onMessage({ type: 'updated', call, outcome }));
        }
        if (message.type === 'stop') {
          void end({ code: 0, signal: null, lastWords: '' });
          host.onMessage({ type: 'stopped', stuckPids: [] });
        }
      },
      kill: () => void end({ code: null, signal: 'SIGKILL', lastWords: '' }),
    };
    hosts.push(host);
    return host;
  };

  return {
    fork,
    kill: () => hosts.at(-1)?.kill(),
    get decoders() {
      return airs.flatMap(({ decoders }) => decoders.all);
    },
    restartsMs,
  };
}
