import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository } from '../../../lib/process/environment.ts';
import { installPython, python } from '../../../lib/process/python.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
// The engine of the emulator.
beforeAll(() => installPython('ministack'));
afterAll(() => rmSync(folder, { recursive: true }));

/** More requests than one commit holds; some fail after partial writes. */
const script = `
import json, sys
from engine.store import Store
store = Store(sys.argv[1])
for n in range(120):
    try:
        with store.transaction():
            store.pending_items[1, "A", f"{n:03}"] = (json.dumps({"n": n}), None)
            store.all("SELECT 1")
            if n % 3 == 0:
                store.pending_items[1, "A", "000"] = ("{}", None)
                raise ValueError
    except ValueError:
        pass
print(json.dumps([[sk, body] for sk, body in store.all("SELECT sk, body FROM items ORDER BY sk")]))
`;

test.each([
  ['in memory', ''],
  ['in a file', join(folder, 'store.db')],
])('keeps nothing of failed requests to a store %s, and all of the others', (_, file) => {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, file], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: join(repository, 'lib/local/ministack') },
  });
  expect([status, stderr]).toEqual([0, '']);
  const kept = Array.from({ length: 120 }, (__, n) => n).filter((n) => n % 3 !== 0);
  expect(JSON.parse(stdout)).toEqual(kept.map((n) => [String(n).padStart(3, '0'), `{"n": ${n}}`]));
});
