import { type Examples, ids } from './people.ts';

const members = { data: [ids.profile, ids.otherProfile].map((id) => ({ type: 'profile', id })) };

export const listExamples: Examples = {
  createList: { data: { type: 'list', attributes: { name: 'Newsletter', opt_in_process: 'double_opt_in' } } },
  updateList: { data: { type: 'list', id: ids.list, attributes: { name: 'Monthly newsletter' } } },
  addProfilesToList: members,
  removeProfilesFromList: members,
};
