import { lambda } from '../lambda.ts';
import { archive } from './index.ts';

export const { stream } = lambda(archive);
