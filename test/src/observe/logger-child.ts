/** What logger.test.ts runs in a process of its own; the first argument says how it behaves. */
import { createLogger } from '../../../src/observe/logger.js';

const logger = createLogger({ level: 'info', fields: { component: 'test' } });

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
  default:
    throw new Error('say how to behave');
}
