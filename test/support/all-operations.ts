/** An operator who has switched nothing off. */
import type { OperationSwitches } from '../../supervisors/engine/operations.js';

export const ALL_OPERATIONS: OperationSwitches = {
  takeSlate: true,
  skipSegment: true,
  restartDecoder: true,
  resetBudget: true,
  restartChannel: true,
};
