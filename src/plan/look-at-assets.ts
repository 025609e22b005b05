/**
 * A look at every asset of a plan, the bad ones included. At most two at a time, because each look is a process and
 * the machine may be airing channels meanwhile.
 */
import { PlanError } from '../../supervisors/channel/plan.js';
import type { ResolveAsset } from './asset-resolver.js';
import type { PlanSegment } from './plan-schema.js';

export interface AssetLook {
  /** The first segment that airs it, and how many do. */
  readonly firstIndex: number;
  readonly uses: number;
  /** Why it cannot be aired, to be read after its name; undefined where it can. */
  readonly problem: string | undefined;
  /** Undefined where the file does not tell. */
  readonly durationMs: number | undefined;
}

const LOOKS_AT_ONCE = 2;

/**
 * Looks at each asset once.
 * @returns by asset_uri, in the order of their first use
 * @throws the signal's reason; whatever the resolver throws that is no PlanError
 */
export async function lookAtAssets(
  segments: readonly PlanSegment[],
  resolveAsset: ResolveAsset,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, AssetLook>> {
  const uses = new Map<string, { readonly firstIndex: number; uses: number }>();
  for (const [firstIndex, { asset_uri }] of segments.entries()) {
    const known = uses.get(asset_uri);
    if (known === undefined) uses.set(asset_uri, { firstIndex, uses: 1 });
    else known.uses += 1;
  }
  const unknown = { problem: undefined, durationMs: undefined };
  const looks = new Map([...uses].map(([uri, use]): [string, AssetLook] => [uri, { ...use, ...unknown }]));
  const waiting = [...looks].values();
  const lookInTurn = async () => {
    for (const [uri, look] of waiting) {
      signal.throwIfAborted();
      try {
        const { asset } = await resolveAsset(uri, signal);
        looks.set(uri, { ...look, durationMs: asset.durationMs });
      } catch (error) {
        if (!(error instanceof PlanError)) throw error;
        looks.set(uri, { ...look, problem: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, lookInTurn));
  return looks;
}
