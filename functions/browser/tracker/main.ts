import { baseOf, readTag } from '../shared/tag.ts';
import { openRun } from './calls.ts';
import { open } from './open.ts';

const loader = window.tributary?._;
const config = window.__tributary;
// The loader is of this page, or it would not have loaded this script.
if (loader?.config === true && config)
  loader.begin(openRun(Promise.resolve(open(config, baseOf(readTag(loader.script), config.path), loader))));
