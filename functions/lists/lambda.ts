import { lambda } from '../lambda.ts';
import { lists } from './index.ts';

export const { http, queue, exhausted } = lambda(lists);
