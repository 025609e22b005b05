/** Writes docs/channel-machine.md: `npm run docs:machine`. */
import { writeFileSync } from 'node:fs';
import { MACHINE_PAGE, machinePage } from './machine-page.js';

writeFileSync(MACHINE_PAGE, machinePage());
