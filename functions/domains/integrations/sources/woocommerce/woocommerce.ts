import type { Source } from '../../source/source.ts';
import { topics } from './topics.ts';
import { describe, isPing, verify } from './verify.ts';

export const woocommerce: Source = { name: 'woocommerce', verify, isPing, describe, topics };
