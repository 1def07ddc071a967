import type { Source } from '../../source/source.ts';
import { mapGeneric } from './topic.ts';
import { describe, verify } from './verify.ts';

export const generic: Source = { name: 'generic', verify, describe, topics: mapGeneric };
