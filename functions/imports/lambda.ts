import { lambda } from '../lambda.ts';
import { imports } from './index.ts';

export const { http, queue, exhausted } = lambda(imports);
