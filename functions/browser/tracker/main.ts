import { baseOf } from './base.ts';
import { openRun, runLeft } from './calls.ts';
import { open } from './open.ts';

const loader = window.tributary?._;
const config = window.__tributary;
// The loader is of this page, or it would not have loaded this script.
if (loader?.config === true && config) {
  const { src, dataset } = loader.script;
  const base = baseOf(dataset.api ?? src.slice(0, src.indexOf(config.path)));
  loader.begin(openRun(Promise.resolve(open(config, base, loader, runLeft))));
}
