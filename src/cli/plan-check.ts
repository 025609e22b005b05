/**
 * `plan check`: reads a plan's file as the engine would and says when each segment airs and what is wrong. Exit codes:
 * 0 no problem (there may be warnings), 1 problems, 78 the configuration is wrong. No engine need run.
 */
import { resolve } from 'node:path';
import { PlanError } from '../../supervisors/channel/plan.js';
import { systemClock } from '../clock/system-clock.js';
import type { Config } from '../config/config.js';
import { ConfigError } from '../config/config-error.js';
import type { ConfigFlags } from '../config/config-from-flags.js';
import { loadConfig } from '../config/load-config.js';
import { FfmpegNotFoundError, findFfmpeg } from '../media/ffmpeg-locator.js';
import { probeMedia } from '../media/probe.js';
import type { ProbeMedia } from '../plan/asset-resolver.js';
import { checkPlan, type PlanCheck } from '../plan/check-plan.js';
import { retryPassing } from '../plan/passing-faults.js';
import { plainData } from '../plan/plain-data.js';
import { readPlanText } from '../plan/plan-file.js';
import { realpathIfAny } from '../plan/real-path.js';
import { quotedPath } from '../quoted.js';
import { CLIENT_EXIT, type CliIo, printable } from './cli-io.js';
import { reportJson, reportText } from './plan-report.js';

/** EX_CONFIG of sysexits, as `serve` ends with. */
const MISCONFIGURED = 78;

export interface PlanCheckOptions {
  /** The plan's file. */
  readonly file: string;
  /** The engine's configuration file, of which media roots, format and ffmpeg count. */
  readonly config: string | undefined;
  readonly flags: ConfigFlags;
  readonly json: boolean;
}

/** Prints the report; returns the process's exit code. */
export async function runPlanCheck(
  { file, config: configFile, flags, json }: PlanCheckOptions,
  io: CliIo,
): Promise<number> {
  let config: Config;
  try {
    config = await loadConfig({ file: configFile, environment: process.env, flags });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) io.stderr.write(`retrovue-playout: ${printable(problem)}\n`);
    return MISCONFIGURED;
  }
  const check = await checkFile(file, config);
  const report = json ? reportJson : reportText;
  io.stdout.write(report(file, check, config.format));
  return check.problems.length === 0 ? CLIENT_EXIT.success : CLIENT_EXIT.failure;
}

async function checkFile(file: string, config: Config): Promise<PlanCheck> {
  const { signal } = new AbortController();
  const label = quotedPath(file);
  try {
    const raw = await retryPassing(label, signal, async () => {
      const path = await realpathIfAny(resolve(file));
      if (path === undefined) {
        throw new PlanError('unknown_plan', `${label} does not exist; name the file of a plan`);
      }
      const syntax = /\.ya?ml$/.test(file) ? 'yaml' : 'json';
      return await readPlanText({ path, label, syntax }, signal, plainData);
    });
    const { mediaRoots, format } = config;
    const nowUtcMs = systemClock.utcMs();
    return await checkPlan(raw, { mediaRoots, probe: lazyProbe(config.ffmpeg), format, nowUtcMs, signal });
  } catch (error) {
    if (error instanceof PlanError) return failed(error.message);
    throw error;
  }
}

function failed(problem: string): PlanCheck {
  return { laidOut: undefined, problems: [problem], warnings: [] };
}

/** An ffmpeg is looked for only once there is a file to look into; a plan of missing files needs none. */
function lazyProbe(explicit: string | null): ProbeMedia {
  let found: ReturnType<typeof findFfmpeg> | undefined;
  return async (path, signal) => {
    found ??= findFfmpeg({ explicit });
    try {
      return await probeMedia(await found, path, signal);
    } catch (error) {
      if (!(error instanceof FfmpegNotFoundError)) throw error;
      throw new PlanError('unavailable', 'cannot be looked into without an ffmpeg; name one with --ffmpeg');
    }
  };
}
