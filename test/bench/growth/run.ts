import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCloud } from '../cloud/start.ts';
import { chart } from './chart.ts';
import { grounds, startGround } from './ground.ts';
import { grown, type Measured, measureAll } from './measure.ts';
import { figuresCsv, report } from './report.ts';
import { onDynamoDbLocal, startWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,100000,1000000' },
    /** What else the machine does meanwhile, for the report to say. */
    beside: { type: 'string' },
  },
});
const sizes = values.sizes.split(',').map(Number);

const folder = mkdtempSync(join(tmpdir(), 'growth-'));
const cloud = await startCloud(folder);
const docs = join(import.meta.dirname, '../../../docs');
const measured: Measured[] = [];
try {
  for (const name of grounds) {
    await onDynamoDbLocal(async (endpoint) => {
      const world = await startWorld(endpoint, cloud.endpoint);
      const growTo = await startGround(name, world);
      for (const size of sizes) {
        const ground = await growTo(size);
        console.error(`${new Date().toISOString()} ${name}: ${size} events`);
        // The emulator is slow at first, and measuring brings things about itself, such as the metric of the events in files.
        if (size === sizes[0]) await measureAll(name, { world, ground, atMost: 5 });
        const figures = await measureAll(name, { world, ground });
        for (const one of figures) console.log(JSON.stringify(one));
        measured.push(...figures);
        // After each size, since a run takes most of an hour and may be ended before it is over.
        writeFileSync(join(docs, 'growth.md'), report(measured, { at: new Date(), beside: values.beside }));
        writeFileSync(join(docs, 'growth.csv'), figuresCsv(measured));
        writeFileSync(join(docs, 'growth.svg'), chart(measured));
      }
    });
  }
} finally {
  cloud.stop();
  rmSync(folder, { recursive: true });
}
for (const line of grown(measured)) console.error(`It grows: ${line}`);
