import { parseArgs } from 'node:util';
import { asWorker } from './as-worker.ts';
import { eventCpu } from './events.ts';
import { type Figure, table } from './figure.ts';
import { onsite } from './onsite/onsite.ts';
import { startup } from './startup.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    /** Of the catalog: 1000000 is a large shop. */
    items: { type: 'string', default: '5000' },
  },
});

const parts: Readonly<Record<string, () => Promise<Figure[]>>> = {
  startup,
  events: eventCpu,
  imports: () => asWorker('imports-process.ts'),
  catalog: () => asWorker('catalog/process.ts', [values.items]),
  onsite,
};
if (values.only && !(values.only in parts)) throw new Error(`--only takes one of ${Object.keys(parts).join(', ')}.`);
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (values.only && values.only !== name) continue;
  if (!values.json) console.error(`measuring ${name} …`);
  figures.push(...(await measure()));
}
console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
