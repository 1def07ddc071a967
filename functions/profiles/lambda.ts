import { lambda } from '../lambda.ts';
import { profiles } from './index.ts';

export const { http, queue, exhausted } = lambda(profiles);
