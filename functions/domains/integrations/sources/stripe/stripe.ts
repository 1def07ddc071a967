import type { Source } from '../../source/source.ts';
import { topics } from './topics.ts';
import { describe, verify } from './verify.ts';

export const stripe: Source = { name: 'stripe', verify, describe, topics };
