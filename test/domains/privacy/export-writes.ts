import { exporting } from '../exports/exported.ts';
import type { None, Way } from './person.ts';

/** How exports store a person: in a file. */
export const exportWrites: Readonly<Record<string, Way | None>> = {
  createExportJob: async ({ shop }) => {
    const answer = await shop.post('/api/export-jobs', exporting('profiles'));
    await shop.workOff();
    return answer;
  },
  updateExportJob: 'goes on with a job',
};
