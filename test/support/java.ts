import { spawnSync } from 'node:child_process';

/** Whether there is a Java that DynamoDB Local runs on. */
export const hasJava = (): boolean => {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  return major >= 17;
};
