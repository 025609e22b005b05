/** What logger.test.ts runs in a process of its own; the first argument says how it behaves. */
import { systemClock } from '../../../src/clock/system-clock.js';
import { createLog } from '../../../src/observe/logger.js';

const log = createLog({ level: 'info', fields: { component: 'test' }, clock: systemClock });
const { logger } = log;

switch (process.argv[2]) {
  case 'exit':
    logger.debug('not written');
    logger.info({ channel: 3 }, 'first\nsecond line\u001b[2J');
    logger.child({ channel: 4 }).error({ err: new Error('broken') }, 'it broke');
    process.exit(3);
    break;
  case 'flood':
    for (let count = 0; count < 20_000; count++) logger.info({ count, filling: 'x'.repeat(500) }, 'flood');
    process.stderr.write('not blocked\n');
    break;
  case 'unread':
    process.stdin.once('end', () => {
      logger.info('nobody reads this');
      logger.info('nor this');
      process.exit(0);
    });
    process.stdin.resume();
    break;
  case 'hostile': {
    const hostile = process.argv[3] ?? '';
    const error = Object.assign(new Error(hostile), { code: hostile });
    logger.error(
      { event: 'decoder_lost', channel: 3, plan: hostile, nested: [{ stderr: hostile }], err: error },
      hostile,
    );
    logger.error({ event: 'page_failed', err: error });
    logger.info(hostile);
    break;
  }
  case 'flap':
    for (let tick = 0; tick < 100; tick++) logger.error({ event: 'underrun', channel: 3, tick }, 'underrun');
    logger.error({ event: 'slate', channel: 3 }, 'slate');
    logger.error({ event: 'underrun', channel: 4 }, 'another channel');
    log.close();
    logger.info({ event: 'stopped' }, 'stopped');
    break;
  case 'level':
    for (let turn = 0; turn < 3; turn++) {
      for (let n = 0; n < 30; n++) logger.debug({ event: 'first_attempt', channel: 1, turn }, 'tried');
      log.switchDebug();
    }
    log.close();
    break;
  default:
    throw new Error('say how to behave');
}
