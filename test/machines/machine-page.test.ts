/** The page that shows the channel machine is made from the machine as it is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { channelMachine } from '../../machines/channel-machine.js';
import { MACHINE_PAGE, machinePage } from '../support/machine-page.js';
import { transitionsOf } from '../support/machine-transitions.js';

t.test('the page shows the machine as it is: run "npm run docs:machine" when this fails', async (t) => {
  const committed = readFileSync(join(import.meta.dirname, '../..', MACHINE_PAGE), 'utf8');
  t.equal(committed, machinePage());
});

t.test('neither the chart nor the table leaves a transition out', async (t) => {
  const page = machinePage();
  const [, chart = ''] = page.split(/```(?:mermaid)?\n/);
  const labels = chart
    .split('\n')
    .filter((line) => line.includes('-->') && line.includes(': '))
    .flatMap((line) => line.split(': ')[1]?.split('<br/>') ?? []);
  const [, rows = ''] = page.split('| in | event |');
  for (const { name, condition, definition } of transitionsOf(channelMachine)) {
    const label = condition === '' ? definition.eventType : `${definition.eventType} [${condition}]`;
    const at = labels.indexOf(label);
    t.ok(at >= 0, `${name} is drawn`);
    labels.splice(at, 1);
    const [from = ''] = name.split(' ');
    const shown = condition === '' || condition === 'else' ? condition : `\`${condition}\``;
    t.ok(
      rows.includes(`\n| \`${from}\` | \`${definition.eventType}\` | ${shown} |`),
      `${name} is in the table`,
    );
  }
  t.same(labels, [], 'and nothing else is drawn');
});
