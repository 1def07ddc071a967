import { lambda } from '../lambda.ts';
import { system } from './index.ts';

export const { http } = lambda(system);
