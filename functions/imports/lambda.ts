import { lambda } from '../lambda.ts';
import { imports } from './index.ts';

export const { http, queue } = lambda(imports);
